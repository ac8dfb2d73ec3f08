// `check` beside the daemon: POST /api/v1/commands/check begins a look, waits for it a while, and is asked
// again.

#include "daemon/api_changes.hpp"
#include "daemon/api_commands.hpp"
#include "daemon/check_outcome.hpp"
#include "daemon/model/text.hpp"
#include "daemon/watch_choice.hpp"

namespace modelwatch {

namespace {

using namespace std::chrono_literals;
using http::captures;
using http::request;
using http::response;
using shared_deps = std::shared_ptr<api_deps>;

/// One request waits for at most this long, below any patience of clients.
constexpr auto one_wait = 20s;
constexpr auto step = 100ms;
/// A poll that has not ended by then (a hub that hangs, a very long queue) is reported as such.
constexpr auto longest_look = 10min;
/// What the round has to say goes out after a moment in which messages are joined; an attempt takes its time.
constexpr auto delivery_wait = 20s;

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> out;
    for (auto const word : split(text, ' ')) {
        if (!word.empty()) out.emplace_back(word);
    }
    return out;
}

/// Watches that the configuration dropped meanwhile are not waited for.
void let_go(look& what, scheduler const& polls, net::steady_instant now) {
    auto const gone = [&](std::string const& key) { return !polls.watches().contains(key); };
    std::erase_if(what.waiting, gone);
    if (now - what.begun > longest_look) {
        for (auto const& key : what.waiting)
            what.failed[key] = "was not looked at in time";
        what.waiting.clear();
    }
    if (what.waiting.empty() && !what.polled) what.polled = now;
}

/// Whether every message of the round has been tried once.
bool all_tried(storage::store& db, instant since) {
    auto const waiting = db.messages({.waiting = true, .given_up = false});
    return std::none_of(waiting.begin(), waiting.end(), [&](message const& one) {
        return one.attempts == 0 && one.created_at >= since;
    });
}

asio::awaitable<bool> is_over(shared_deps with, std::string id) {
    auto const now = with->time.steady_now();
    auto* const found = with->asked.find(id);
    if (found == nullptr) co_return true;
    let_go(*found, with->polls, now);
    if (!found->polled) co_return false;
    if (now - *found->polled > delivery_wait) co_return true;
    auto work = [since = found->asked_at](storage::store& db) { return all_tried(db, since); };
    bool const tried = co_await with->db.run(std::move(work));
    co_return tried;
}

asio::awaitable<response> answer_of(shared_deps with, std::string id, severity fail_on) {
    auto* const found = with->asked.find(id);
    if (found == nullptr) co_return http::refusal(404, "that check is no longer known", "ask for a new one");
    if (!found->polled) {
        json::object const body{{"look", id}, {"pending", found->waiting.size()}};
        co_return http::json_response(body);
    }
    auto body = summary_of(*found);
    auto const now = with->time.now();
    auto work = [keep = with->now(), watches = found->watches, fail_on, now](storage::store& db) {
        return what_stands(keep->settings, db, watches, fail_on, now);
    };
    auto standing = co_await with->db.run(std::move(work));
    body["models"] = std::move(standing.models);
    body["pending"] = 0;
    body["more"] = json::object{{"urgent", standing.urgent}};
    with->asked.end(id);
    co_return http::json_response(body);
}

asio::awaitable<result<std::string>> begin(shared_deps with, std::string repos) {
    auto work = [keep = with->now(), repos](storage::store& db) {
        return select_watches(keep->settings, db, words_of(repos));
    };
    auto chosen = co_await with->db.run(std::move(work));
    if (!chosen) co_return std::move(chosen).error();
    auto const& made = with->asked.begin(std::move(*chosen), with->time.now(), with->time.steady_now());
    for (auto const& key : made.waiting)
        with->polls.look_at(key);
    co_return made.id;
}

asio::awaitable<response> check(shared_deps with, request asked, captures) {
    auto const body = read_change(asked);
    if (!body) co_return http::refusal(400, "the body must be a JSON object", "every value is a string");
    auto const fail_on = parse_severity(std::string{text_of(*body, "fail_on")}).value_or(severity::high);
    std::string id{text_of(*body, "look")};
    if (id.empty()) {
        std::string repos{text_of(*body, "repos")};
        auto begun = co_await begin(with, std::move(repos));
        if (!begun) co_return refusal_of(begun.error());
        id = std::move(*begun);
    }
    auto const until = with->time.steady_now() + one_wait;
    while (with->time.steady_now() < until) {
        bool const over = co_await is_over(with, id);
        if (over) break;
        auto const next = with->time.steady_now() + step;
        co_await with->time.sleep_until(next);
    }
    auto out = co_await answer_of(with, std::move(id), fail_on);
    co_return out;
}

} // namespace

void add_check(std::vector<http::endpoint>& to, shared_deps with) {
    auto answer = [with](request asked, captures at) { return check(with, std::move(asked), std::move(at)); };
    to.push_back({"POST", "/api/v1/commands/check", http::access::write, std::move(answer)});
}

} // namespace modelwatch
