#include "daemon/cli/ask.hpp"

#include "daemon/answers.hpp"
#include "daemon/api_commands.hpp"
#include "daemon/assembly.hpp"
#include "daemon/cli/local_link.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/http/site.hpp"
#include "daemon/http/target.hpp"
#include "daemon/local_token.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/text.hpp"
#include "daemon/watch_choice.hpp"

#include <boost/json/parse.hpp>

namespace modelwatch::cli {

namespace {

using namespace std::chrono_literals;

constexpr auto connect_time = 1s;
constexpr auto greeting_time = 3s;
constexpr auto answer_time = 30s;

struct door {
    local_link link;
    bool knows_token = false; ///< it has proved it: only then it is told ours
};

/// The daemon of our state; nullopt: nobody listens, or somebody else.
std::optional<door> find_daemon(session const& s, std::string const& token) {
    auto const& service = s.settings.service;
    if (service.listen.empty()) return std::nullopt;
    auto link = local_link::open(service.listen, connect_time);
    if (!link) return std::nullopt;
    local_link::request greeting;
    greeting.target = "/healthz";
    auto const challenge = fresh_id(now_utc());
    greeting.headers.emplace_back(challenge_header, challenge);
    auto const said = link->exchange(greeting, greeting_time);
    if (!said || said->status != 200) return std::nullopt;
    if (lower(said->header("Connection")) == "close") return std::nullopt; // it is stopping
    if (said->header(mark_header) != state_mark(service.state_dir)) return std::nullopt;
    auto const proof = proof_of(token, challenge);
    bool const knows = !token.empty() && (http::same_secret(said->header(proof_header), proof) ||
                                          http::same_secret(said->header(local_proof_header), proof));
    return door{std::move(*link), knows};
}

std::string query_of(json::object const& asked) {
    std::string out;
    for (auto const& [key, value] : asked) {
        if (!value.is_string() || value.get_string().empty()) continue;
        out += (out.empty() ? "?" : "&") + http::escaped_segment(key) + "=";
        out += http::escaped_segment(value.get_string());
    }
    return out;
}

error about_daemon(session const& s, error const& why, bool changes) {
    auto const hint = changes ? "it may have happened or not: look before you try again" : "try again";
    return failure(why.code, "the daemon on " + s.settings.service.listen + ": " + why.what, hint);
}

error token_missing(session const& s, error const& why) {
    return failure(
        errc::unauthorized,
        "the daemon on " + s.settings.service.listen + " takes changes only with its token: " + why.what,
        "let this user read the token, or ask someone who may"
    );
}

error token_refused(session const& s) {
    auto const& source = s.settings.service.api_token;
    auto const place = source.given() ? source.key + " (" + source.name + ")" : "daemon.api_token_file";
    return failure(
        errc::unauthorized,
        "the daemon on " + s.settings.service.listen + " does not take the token of " + place,
        "it may run with an older one (send it SIGHUP), or this user may not read it"
    );
}

error refusal_in(json::object const& body, unsigned status) {
    auto const code = text_of(body, "code");
    bool const usage = code == to_string(errc::invalid) || (code.empty() && status == 400);
    auto out = failure(usage ? errc::invalid : errc::refused, std::string{text_of(body, "error")});
    out.hint = text_of(body, "hint");
    out.status = status;
    if (out.what.empty()) out.what = "the daemon answered " + std::to_string(status);
    return out;
}

/// The body as an object; nullopt: the daemon, or who plays it, wrote something else.
std::optional<json::object> object_in(net::http_response const& said) {
    boost::system::error_code bad;
    auto value = json::parse(said.body, bad, {}, {.max_depth = 64});
    if (bad || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

result<json::object> ask_daemon(
    session const& s,
    local_link& link,
    answers::question const& what,
    json::object const& asked,
    std::string const& token
) {
    local_link::request request;
    request.target = "/api/v1/commands/" + std::string{what.name};
    if (!token.empty()) request.headers.emplace_back("Authorization", "Bearer " + token);
    if (what.changes) {
        request.method = "POST";
        request.body = to_line(asked);
    } else {
        request.target += query_of(asked);
    }
    if (request.target.size() > http::max_target)
        return failure(errc::invalid, "that is too much to ask at once", "name fewer models");
    auto const said = link.exchange(request, answer_time);
    if (!said) return about_daemon(s, said.error(), what.changes);
    if (said->status == 401) return token_refused(s);
    auto body = object_in(*said);
    if (!body) {
        auto const odd = failure(errc::malformed, "its answer is no JSON object");
        return about_daemon(s, odd, what.changes);
    }
    if (said->status != 200) return refusal_in(*body, said->status);
    return std::move(*body);
}

result<json::object>
ask_database(session const& s, answers::question const& what, json::object const& asked) {
    result<judge_rules> rules = error{};
    if (what.needs_rules) {
        rules = make_rules(s.settings);
        if (!rules) return rules.error();
    }
    auto const db = open_state(s);
    return what.of({*db, s.settings, rules ? &*rules : nullptr, now_utc()}, asked);
}

/// A daemon that wants a token even from readers, which we do not have: who may open the database needs none.
result<json::object> past_refusal(
    session const& s, answers::question const& what, json::object const& asked, error const& refusal
) {
    try {
        return ask_database(s, what, asked);
    } catch (storage::storage_error const&) {
        return refusal;
    }
}

/// A door at which one of our tokens counts: that of the configuration, or the one in the state directory.
struct open_door {
    std::optional<door> found; ///< none: nobody listens
    std::string token;         ///< empty: we have none that counts
};

open_door door_for_changes(session const& s) {
    auto const& service = s.settings.service;
    auto const configured = config::read_secret(service.api_token, s.env);
    auto const tokens = {configured ? *configured : std::string{}, read_local_token(service.state_dir)};
    for (auto const& token : tokens) {
        if (token.empty()) continue;
        auto found = find_daemon(s, token);
        if (!found) return {};
        if (found->knows_token) return {std::move(found), token};
    }
    return {find_daemon(s, {}), {}};
}

} // namespace

std::optional<result<json::object>> ask_to_check(session const& s) {
    auto open = door_for_changes(s);
    if (!open.found) return std::nullopt;
    auto const names = joined_names(s.what.args);
    if (!names) return names.error();
    if (open.token.empty()) {
        auto const why = failure(errc::unauthorized, "this user has none");
        return token_missing(s, why);
    }
    answers::question const what{.name = "check", .changes = true};
    json::object asked{{"repos", *names}, {"fail_on", to_string(s.what.fail_on)}};
    while (true) {
        auto said = ask_daemon(s, open.found->link, what, asked, open.token);
        if (!said) return said;
        auto const* const pending = said->if_contains("pending");
        if (pending == nullptr || pending->as_int64() == 0)
            return said; // the daemon ends each look within minutes
        asked["look"] = text_of(*said, "look");
    }
}

result<json::object> ask(session const& s, std::string_view name, json::object const& asked) {
    auto const& what = *answers::find(name);
    if (auto const good = answers::check_lengths(asked); !good) return good.error();
    auto const& secret = s.settings.service.api_token;
    if (what.changes && !secret.given()) return ask_database(s, what, asked);
    auto const read = config::read_secret(secret, s.env);
    auto const token = read ? *read : std::string{};
    auto found = find_daemon(s, token);
    if (!found) return ask_database(s, what, asked);
    if (!read && what.changes) return token_missing(s, read.error());
    result<json::object> said = token_refused(s);
    if (token.empty() || found->knows_token) said = ask_daemon(s, found->link, what, asked, token);
    bool const refused = !said && said.error().code == errc::unauthorized;
    if (refused && !what.changes) return past_refusal(s, what, asked, said.error());
    return said;
}

result<json::object>
ask_all(session const& s, std::string_view question, std::string_view name, json::object wish) {
    json::array items;
    json::array places;
    wish["limit"] = "1000";
    for (;;) {
        auto page = ask(s, question, wish);
        if (!page) return page;
        for (auto& one : page->at(name).as_array())
            items.push_back(std::move(one));
        for (auto& one : page->at("more").at("places").as_array())
            places.push_back(std::move(one));
        auto const* const next = page->if_contains("next_offset");
        if (next == nullptr || next->is_null()) break;
        wish["offset"] = std::to_string(next->to_number<std::uint64_t>());
    }
    return json::object{{name, std::move(items)}, {"more", json::object{{"places", std::move(places)}}}};
}

bool asks_daemon_for_changes(session const& s) {
    return s.settings.service.api_token.given() && find_daemon(s, {}).has_value();
}

void print_json(terminal const& to, json::object answer) {
    answer.erase("more");
    to.json(answer);
}

} // namespace modelwatch::cli
