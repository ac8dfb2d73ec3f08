#include "daemon/api_changes.hpp"

#include "daemon/alert_desk.hpp"
#include "daemon/api_reading.hpp"
#include "daemon/config/config.hpp"
#include "daemon/http/json_body.hpp"
#include "daemon/log.hpp"
#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"
#include "daemon/views.hpp"

namespace modelwatch {

namespace {

using http::captures;
using http::request;
using http::response;
using shared_deps = std::shared_ptr<api_deps>;

constexpr std::size_t longest_text = 2'000;

/// Who decides and why: nothing is changed by nobody.
struct person {
    std::string by;
    std::string reason;
};

std::optional<person> person_of(json::object const& body) {
    person out{std::string{trimmed(text_of(body, "by"))}, std::string{trimmed(text_of(body, "reason"))}};
    bool const good = !out.by.empty() && !out.reason.empty() && out.by.size() <= longest_text &&
                      out.reason.size() <= longest_text && http::are_texts(body, {"commit", "until"});
    return good ? std::optional{out} : std::nullopt;
}

response bad_body() {
    return http::refusal(
        400, "the body must be a JSON object with \"by\" and \"reason\"", "every value is a string"
    );
}

link_source link_of(api_deps const& with, watch const& target) {
    auto const keep = with.now();
    auto const* const hub = keep->hubs.at(target.hub).get();
    return [keep, hub](std::string_view repo, std::string_view commit) { return hub->web_url(repo, commit); };
}

asio::awaitable<response> accept_one(shared_deps with, request asked, captures at) {
    auto const body = http::read_json_body(asked.body);
    auto const who = body ? person_of(*body) : std::nullopt;
    if (!who) co_return bad_body();
    auto const targets = watches_of(*with, asked, at);
    if (targets.empty()) co_return not_watched();
    if (targets.size() > 1)
        co_return http::refusal(409, "watched at several revisions", "add ?revision=NAME");
    auto const now = with->time.now();
    acceptance const how{std::string{text_of(*body, "commit")}, who->by, who->reason};
    auto const target = targets.front();
    auto const link = link_of(*with, target);
    auto work = [=, keep = with->now()](storage::store& db) {
        result<judged> out = error{};
        auto const all = [&] { out = accept(db, keep->rules, target, how, link, now); };
        db.in_transaction(all);
        return out;
    };
    auto const outcome = co_await with->db.run(std::move(work));
    if (!outcome) co_return http::refusal(409, outcome.error().what, outcome.error().hint);
    std::vector<watch> const one{target};
    co_await with->models.refresh(with->db, one, false, now);
    with->changed();
    auto const& status = with->models.entries().at(target.key()).status;
    co_return http::json_response(
        json::object{{"models", json::array{status}}, {"alerts", views::alerts_of(outcome->touched)}}
    );
}

/// What became of an acknowledgement: the alert, or why not.
struct acknowledged {
    std::optional<alert> entry;
    bool over = false;
};

asio::awaitable<response> acknowledge_one(shared_deps with, request asked, captures at) {
    auto const body = http::read_json_body(asked.body);
    auto const who = body ? person_of(*body) : std::nullopt;
    if (!who) co_return bad_body();
    auto const now = with->time.now();
    std::optional<instant> until;
    if (auto const text = text_of(*body, "until"); !text.empty()) {
        until = from_rfc3339(text);
        if (!until || *until <= now) co_return http::refusal(400, "\"until\" is no time to come (RFC 3339)");
    }
    auto work = [=, id = at.at("id")](storage::store& db) {
        acknowledged out;
        auto const all = [&] {
            auto const found = db.find_alert(id);
            if (!found) return;
            out.over = !found->active();
            out.entry = out.over ? *found : acknowledge(db, *found, who->by, who->reason, until, now);
        };
        db.in_transaction(all);
        return out;
    };
    auto const outcome = co_await with->db.run(std::move(work));
    if (!outcome.entry) co_return http::refusal(404, "no alert, or more than one, has this id");
    if (outcome.over) co_return http::refusal(409, "this alert is resolved already");
    co_return http::json_response(json::object{{"alerts", json::array{to_json(*outcome.entry)}}});
}

asio::awaitable<response> check_now(shared_deps with, request asked, captures at) {
    auto const targets = watches_of(*with, asked, at);
    if (targets.empty()) co_return not_watched();
    with->polls.poke(targets.front().repo);
    co_return http::json_response(json::object{{"queued", targets.size()}}, 202);
}

/// Only a hint: what is polled is what is watched, and the poll asks the hub itself.
asio::awaitable<response> hub_webhook(shared_deps with, request asked, captures) {
    auto const keep = with->now();
    auto const& source = keep->settings.hooks.secret;
    auto const secret = source.given() ? config::read_secret(source, config::process_environment())
                                       : result<std::string>{std::string{}};
    auto const given = asked.header("x-webhook-secret");
    if (!secret || secret->empty() || given.empty() || !http::same_secret(given, *secret)) {
        co_return http::refusal(
            401, "the webhook's secret is missing or wrong", "see [hooks] in the configuration"
        );
    }
    auto const body = http::read_json_body(asked.body);
    if (!body) co_return http::refusal(400, "the body is no JSON object");
    auto const* const repo = body->if_contains("repo");
    if (repo == nullptr || !repo->is_object()) co_return http::refusal(400, "the body names no repo");
    auto const& about = repo->get_object();
    auto const name = std::string{text_of(about, "name")};
    bool const model = text_of(about, "type").empty() || text_of(about, "type") == "model";
    // A delivery that comes twice pokes twice; a watch that is polled already is polled once more, not
    // thrice.
    bool const known = model && !name.empty() && with->polls.poke(name);
    log_debug("hub webhook", {{"repo", shortened(name, 200)}, {"watched", known ? "yes" : "no"}});
    co_return http::json_response(json::object{{"queued", known ? 1 : 0}}, 202);
}

} // namespace

void add_changes(std::vector<http::endpoint>& to, shared_deps with) {
    using handler = asio::awaitable<response> (*)(shared_deps, request, captures);
    auto const add = [&](std::string pattern, http::access who, handler what) {
        auto answer = [with, what](request asked, captures at) {
            return what(with, std::move(asked), std::move(at));
        };
        to.push_back({"POST", std::move(pattern), who, std::move(answer)});
    };
    add("/api/v1/alerts/{id}/ack", http::access::write, acknowledge_one);
    add("/api/v1/models/{ns}/{name}/accept", http::access::write, accept_one);
    add("/api/v1/models/{ns}/{name}/check", http::access::write, check_now);
    add("/hooks/huggingface", http::access::own, hub_webhook);
}

} // namespace modelwatch
