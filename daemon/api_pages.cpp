#include "daemon/api_reading.hpp"
#include "daemon/diff/diff.hpp"
#include "daemon/model/json_read.hpp"
#include "daemon/views.hpp"

#include <algorithm>

namespace modelwatch {

namespace {

using http::captures;
using http::request;
using http::response;
using shared_deps = std::shared_ptr<api_deps>;

constexpr std::size_t rows = 100;

http::page_frame frame_of(api_deps const& with) {
    return {user_agent(), with.time.now(), 15};
}

/// From the baseline to the latest state, as `diff REPO` shows it.
json::array files_between(storage::store& db, watch const& target) {
    auto const row = db.find_watch(target.key());
    if (!row || !row->latest || !row->baseline || !row->baseline->snapshot) return {};
    auto const from = db.load_snapshot(*row->baseline->snapshot);
    auto const to = db.load_snapshot(*row->latest);
    if (!from || !to) return {};
    return views::differences(db, diff::compare_files(*from, *to));
}

/// Messages that carry an alert about this watch, the newest first.
json::array messages_about(storage::store& db, watch const& target) {
    storage::message_filter filter;
    filter.delivered = true;
    filter.dropped = true;
    json::array out;
    for (auto const& one : db.messages(filter)) {
        bool const about = std::any_of(one.alerts.begin(), one.alerts.end(), [&](alert const& entry) {
            return entry.watch_key == target.key();
        });
        if (about && out.size() < rows) out.push_back(to_json(one));
    }
    return out;
}

json::object whole_model(
    storage::store& db,
    judge_rules const& rules,
    watch const& target,
    json::object const& status,
    std::string const& url,
    instant now
) {
    auto const key = target.key();
    return {
        {"status", status},
        {"assessment", views::assessment_of(db, rules, target, url, now)},
        {"url", url},
        {"alerts", views::alerts_of(db.active_alerts(key))},
        {"commits", views::commits_of(db, key, rows)},
        {"events", views::events_of(db, key, rows)},
        {"files", files_between(db, target)},
        {"messages", messages_about(db, target)}
    };
}

asio::awaitable<response> index(shared_deps with, request asked, captures) {
    co_return http::index_page(with->models.rows(), http::view_of(asked), frame_of(*with));
}

asio::awaitable<response> model(shared_deps with, request asked, captures at) {
    auto const targets = watches_of(*with, asked, at);
    if (targets.empty()) co_return not_watched();
    auto const main =
        std::find_if(targets.begin(), targets.end(), [](watch const& one) { return one.revision == "main"; });
    auto const target = main == targets.end() ? targets.front() : *main;
    auto const status = with->models.entries().at(target.key()).status;
    auto const keep = with->now();
    auto const url = keep->hubs.at(target.hub)->web_url(target.repo);
    auto work = [=, now = with->time.now()](storage::store& db) {
        return whole_model(db, keep->rules, target, status, url, now);
    };
    auto const found = co_await with->db.run(std::move(work));
    co_return http::model_page(found, frame_of(*with));
}

asio::awaitable<response> file(shared_deps, request, captures at) {
    co_return http::static_file(at.at("file"));
}

} // namespace

void add_pages(std::vector<http::endpoint>& to, shared_deps with) {
    using handler = asio::awaitable<response> (*)(shared_deps, request, captures);
    auto const add = [&](std::string pattern, handler what) {
        auto answer = [with, what](request asked, captures at) {
            return what(with, std::move(asked), std::move(at));
        };
        to.push_back({"GET", std::move(pattern), http::access::read, std::move(answer)});
    };
    add("/", index);
    add("/models/{ns}/{name}", model);
    add("/static/{file}", file);
}

} // namespace modelwatch
