#include "daemon/api_commands.hpp"

#include "daemon/http/json_body.hpp"
#include "daemon/model/digest.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace modelwatch {

namespace {

using http::captures;
using http::request;
using http::response;
using shared_deps = std::shared_ptr<api_deps>;

/// Reading commands that were there before the others, as /api/v1/NAME: one code for both ways.
constexpr auto older_names = std::to_array<std::string_view>({"alerts", "digest"});

unsigned status_of(error const& why) noexcept {
    if (why.status != 0) return why.status;
    if (why.code == errc::invalid) return 400;
    if (why.code == errc::not_found) return 404;
    return why.code == errc::storage ? 503 : 409;
}

struct outcome {
    answers::answer said;
    std::set<std::string> repos;             ///< after a change
    std::vector<storage::watch_record> rows; ///< after a change
};

/// Whose rows may show something else after a change: the repo that was asked about, and those in the answer.
std::set<std::string> repos_of(json::object const& asked, json::object const& said) {
    std::set<std::string> out;
    auto const add = [&](json::object const& from) {
        auto const name = text_of(from, "repo");
        if (!name.empty()) out.insert(lower(name.substr(0, name.find('@'))));
    };
    add(asked);
    for (auto const* const list : {"alerts", "models"}) {
        auto const* const found = said.if_contains(list);
        if (found == nullptr || !found->is_array()) continue;
        for (auto const& one : found->get_array()) {
            if (auto const* const object = one.if_object()) add(*object);
        }
    }
    return out;
}

/// What we wrote ourselves the loops do not notice as they notice others' writing.
asio::awaitable<void>
spread(shared_deps with, std::set<std::string> repos, std::vector<storage::watch_record> rows) {
    with->polls.refresh(rows);
    std::vector<watch> moved;
    for (auto const& name : repos) {
        for (auto const* const one : with->models.of_repo(name))
            moved.push_back(one->target);
    }
    auto const now = with->time.now();
    co_await with->models.refresh(with->db, std::move(moved), false, now);
    with->changed();
}

asio::awaitable<response>
read_only(shared_deps with, answers::question const* what, request asked, captures) {
    json::object wanted;
    for (auto const& [name, value] : asked.query)
        wanted[name] = value;
    auto out = co_await respond_with(std::move(with), *what, std::move(wanted));
    co_return out;
}

asio::awaitable<response> changing(shared_deps with, answers::question const* what, request asked, captures) {
    auto body = read_change(asked);
    if (!body) co_return http::refusal(400, "the body must be a JSON object", "every value is a string");
    auto out = co_await respond_with(std::move(with), *what, std::move(*body));
    co_return out;
}

} // namespace

response refusal_of(error const& why) {
    json::object body{{"error", why.what}, {"code", to_string(why.code)}};
    if (!why.hint.empty()) body["hint"] = why.hint;
    return http::json_response(body, status_of(why));
}

asio::awaitable<response> respond_with(shared_deps with, answers::question const& what, json::object asked) {
    auto const now = with->time.now();
    auto const keep = with->now();
    auto work = [what, now, keep, asked = std::move(asked)](storage::store& db) {
        outcome out{what.of({db, keep->settings, &keep->rules, now}, asked), {}, {}};
        if (what.changes && out.said) {
            out.repos = repos_of(asked, *out.said);
            out.rows = db.watches();
        }
        return out;
    };
    auto done = co_await with->db.run(std::move(work));
    if (!done.said) co_return refusal_of(done.said.error());
    if (what.changes) {
        auto repos = std::move(done.repos);
        auto rows = std::move(done.rows);
        co_await spread(with, std::move(repos), std::move(rows));
    }
    co_return http::json_response(*done.said);
}

std::optional<json::object> read_change(request const& asked) {
    auto out = http::read_json_body(asked.body);
    if (!out) return std::nullopt;
    for (auto const& [name, value] : *out) {
        bool const labels = name == "labels" && value.is_object();
        if (!value.is_null() && !labels && !value.is_string()) return std::nullopt;
    }
    return out;
}

std::string state_mark(std::filesystem::path const& state_dir) {
    std::error_code ignored;
    auto whole = std::filesystem::absolute(state_dir, ignored).lexically_normal();
    if (!whole.has_filename()) whole = whole.parent_path(); // "/srv/state/" is "/srv/state"
    return sha256_hex("modelwatch state " + whole.string()).substr(0, 32);
}

std::string proof_of(std::string const& token, std::string_view challenge) {
    return hmac_sha256_base64(token, "modelwatch challenge " + std::string{challenge});
}

void add_commands(std::vector<http::endpoint>& to, shared_deps with) {
    for (auto const& one : answers::all()) {
        auto const handler = one.changes ? changing : read_only;
        auto answer = [with, handler, what = &one](request asked, captures at) {
            return handler(with, what, std::move(asked), std::move(at));
        };
        to.push_back(
            {one.changes ? "POST" : "GET",
             "/api/v1/commands/" + std::string{one.name},
             one.changes ? http::access::write : http::access::read,
             answer}
        );
        bool const older = std::find(older_names.begin(), older_names.end(), one.name) != older_names.end();
        if (!older) continue;
        to.push_back({"GET", "/api/v1/" + std::string{one.name}, http::access::read, std::move(answer)});
    }
}

} // namespace modelwatch
