#include "daemon/api_changes.hpp"

#include "daemon/api_commands.hpp"
#include "daemon/api_reading.hpp"
#include "daemon/config/config.hpp"
#include "daemon/http/json_body.hpp"
#include "daemon/log.hpp"
#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"

namespace modelwatch {

namespace {

using http::captures;
using http::request;
using http::response;
using shared_deps = std::shared_ptr<api_deps>;

response bad_body() {
    return http::refusal(400, "the body must be a JSON object", "every value is a string");
}

asio::awaitable<response> accept_one(shared_deps with, request asked, captures at) {
    auto body = read_change(asked);
    if (!body) co_return bad_body();
    auto const targets = watches_of(*with, asked, at);
    if (targets.empty()) co_return not_watched();
    if (targets.size() > 1)
        co_return http::refusal(409, "watched at several revisions", "add ?revision=NAME");
    auto const& target = targets.front();
    (*body)["repo"] = target.repo + "@" + target.revision;
    auto out = co_await respond_with(std::move(with), *answers::find("accept"), std::move(*body));
    co_return out;
}

asio::awaitable<response> acknowledge_one(shared_deps with, request asked, captures at) {
    auto body = read_change(asked);
    if (!body) co_return bad_body();
    (*body)["id"] = at.at("id");
    auto out = co_await respond_with(std::move(with), *answers::find("acknowledge"), std::move(*body));
    co_return out;
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
