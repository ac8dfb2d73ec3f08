#include "daemon/api_reading.hpp"

#include "daemon/answers_parts.hpp"
#include "daemon/api_commands.hpp"
#include "daemon/http/page.hpp"
#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"
#include "daemon/views.hpp"

#include <algorithm>
#include <charconv>

namespace modelwatch {

namespace {

using answers::paging;
using http::captures;
using http::request;
using http::response;
using shared_deps = std::shared_ptr<api_deps>;

/// Nobody reads further back in one answer; `db export` has everything.
constexpr std::size_t most_rows = 10'000;

/// The query's page; what is wrong with it is told as the commands tell it.
result<paging> paging_of(request const& asked) {
    json::object words;
    for (auto const* const name : {"limit", "offset"})
        words[name] = asked.asked(name);
    return answers::paging_of(words);
}

/// One page under `name`, with the number of all.
response page_of(std::string_view name, json::array shown, std::size_t total, paging const& page) {
    bool const more = page.offset + shown.size() < total;
    auto const next = more ? json::value(page.offset + shown.size()) : json::value(nullptr);
    return http::json_response(json::object{{name, std::move(shown)}, {"total", total}, {"next_offset", next}}
    );
}

/// `items` after filtering: one page of it.
response listed(std::string_view name, json::array items, paging const& page) {
    auto const total = items.size();
    json::array shown;
    for (auto i = page.offset; i < std::min(total, page.offset + page.limit); ++i)
        shown.push_back(std::move(items[i]));
    return page_of(name, std::move(shown), total, page);
}

asio::awaitable<response> models(shared_deps with, request asked, captures) {
    auto const page = paging_of(asked);
    if (!page) co_return refusal_of(page.error());
    json::array shown;
    std::size_t total = 0;
    for (auto const& [key, one] : with->models.entries()) {
        bool const fits = answers::fits(asked.asked("repo"), one.row.repo) &&
                          answers::fits(asked.asked("rating"), one.row.rating) &&
                          answers::fits(asked.asked("staleness"), one.row.staleness) &&
                          answers::fits(asked.asked("hub"), one.target.hub);
        if (!fits) continue;
        if (total >= page->offset && shown.size() < page->limit) shown.push_back(one.status);
        ++total;
    }
    co_return page_of("models", std::move(shown), total, *page);
}

asio::awaitable<response> one_model(shared_deps with, request asked, captures at) {
    json::array rows;
    for (auto const& target : watches_of(*with, asked, at))
        rows.push_back(with->models.entries().at(target.key()).status);
    if (rows.empty()) co_return not_watched();
    co_return http::json_response(json::object{{"models", std::move(rows)}});
}

asio::awaitable<response> events(shared_deps with, request asked, captures) {
    auto const page = paging_of(asked);
    if (!page) co_return refusal_of(page.error());
    auto const repo = std::string{asked.asked("repo")};
    std::vector<std::string> keys;
    for (auto const& [key, one] : with->models.entries()) {
        if (!repo.empty() && answers::fits(repo, one.row.repo)) keys.push_back(key);
    }
    if (repo.empty()) keys.emplace_back(); // those of everything
    auto work = [keys](storage::store& db) {
        json::array out;
        for (auto const& key : keys) {
            for (auto& one : views::events_of(db, key, most_rows / std::max<std::size_t>(1, keys.size())))
                out.push_back(std::move(one));
        }
        return out;
    };
    auto rows = co_await with->db.run(std::move(work));
    co_return listed("events", std::move(rows), *page);
}

asio::awaitable<response> deliveries(shared_deps with, request asked, captures) {
    auto const page = paging_of(asked);
    if (!page) co_return refusal_of(page.error());
    auto const state = std::string{asked.asked("state")};
    auto const notifier = std::string{asked.asked("notifier")};
    auto work = [state, notifier](storage::store& db) {
        storage::message_filter filter;
        filter.delivered = true;
        filter.dropped = true;
        json::array out;
        for (auto const& one : db.messages(filter)) {
            if (!answers::fits(state, to_string(one.state)) || !answers::fits(notifier, one.notifier))
                continue;
            out.push_back(views::message_of(db, one));
        }
        return out;
    };
    auto rows = co_await with->db.run(std::move(work));
    co_return listed("messages", std::move(rows), *page);
}

asio::awaitable<response> openapi(shared_deps, request, captures) {
    co_return http::openapi_document();
}

present_state present(api_deps const& with, storage::store& db) {
    present_state out;
    out.alerts = db.count_active_alerts();
    out.messages = db.count_unsent_messages();
    std::error_code ignored;
    auto const file = with.now()->settings.service.state_dir / "modelwatch.db";
    auto const size = std::filesystem::file_size(file, ignored);
    if (!ignored) out.database_bytes = static_cast<double>(size);
    return out;
}

asio::awaitable<response> prometheus(shared_deps with, request, captures) {
    auto work = [with](storage::store& db) { return present(*with, db); };
    auto state = co_await with->db.run(std::move(work));
    with->models.add_to(state);
    state.running_polls = static_cast<double>(with->polls.running());
    if (auto const due = with->polls.next_due()) {
        auto const late = with->time.steady_now() - *due;
        state.lag_seconds = std::max(0.0, std::chrono::duration<double>(late).count());
    }
    co_return response{200, "text/plain; version=0.0.4; charset=utf-8", with->counts.text(state)};
}

asio::awaitable<response> alive(shared_deps with, request asked, captures) {
    auto out = http::json_response(json::object{{"status", "alive"}});
    out.headers.emplace_back(mark_header, state_mark(with->now()->settings.service.state_dir));
    auto const challenge = asked.header(lower(challenge_header));
    if (!with->token.empty() && !challenge.empty())
        out.headers.emplace_back(proof_header, proof_of(with->token, challenge));
    co_return out;
}

/// Writable database, and a good poll within a day or three intervals of some watch.
asio::awaitable<response> ready(shared_deps with, request, captures) {
    auto const now = with->time.now();
    bool writable = true;
    auto work = [now](storage::store& db) { db.set_meta("ready-check", to_rfc3339(now)); };
    try {
        co_await with->db.run(std::move(work));
    } catch (storage::storage_error const&) {
        writable = false;
    }
    bool seen = with->models.entries().empty();
    for (auto const& [key, one] : with->models.entries()) {
        auto const patience =
            std::max<std::chrono::milliseconds>(3 * one.target.interval, std::chrono::minutes{5});
        seen = seen || (one.row.last_success && now - *one.row.last_success <= patience);
    }
    json::object body{
        {"status", writable && seen ? "ready" : "not ready"},
        {"database_writable", writable},
        {"polled_lately", seen}
    };
    co_return http::json_response(body, writable && seen ? 200 : 503);
}

} // namespace

std::vector<watch> watches_of(api_deps const& with, http::request const& asked, http::captures const& at) {
    auto const revision = asked.asked("revision");
    std::vector<watch> out;
    for (auto const* one : with.models.of_repo(at.at("ns") + "/" + at.at("name"))) {
        if (revision.empty() || one->target.revision == revision) out.push_back(one->target);
    }
    return out;
}

http::response not_watched() {
    return http::refusal(404, "this model is not watched", "GET /api/v1/models lists those that are");
}

void add_reading(std::vector<http::endpoint>& to, shared_deps with) {
    using handler = asio::awaitable<response> (*)(shared_deps, request, captures);
    auto const add = [&](std::string pattern, http::access who, handler what) {
        auto answer = [with, what](request asked, captures at) {
            return what(with, std::move(asked), std::move(at));
        };
        to.push_back({"GET", std::move(pattern), who, std::move(answer)});
    };
    add("/healthz", http::access::open, alive);
    add("/readyz", http::access::open, ready);
    add("/metrics", http::access::read, prometheus);
    add("/api/v1/openapi.json", http::access::read, openapi);
    add("/api/v1/models", http::access::read, models);
    add("/api/v1/models/{ns}/{name}", http::access::read, one_model);
    add("/api/v1/events", http::access::read, events);
    add("/api/v1/deliveries", http::access::read, deliveries);
}

} // namespace modelwatch
