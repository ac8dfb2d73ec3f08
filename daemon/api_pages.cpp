#include "daemon/alert_view.hpp"
#include "daemon/api_commands.hpp"
#include "daemon/api_reading.hpp"
#include "daemon/model/text.hpp"
#include "daemon/model_view.hpp"

#include <algorithm>

namespace modelwatch {

namespace {

using http::captures;
using http::request;
using http::response;
using shared_deps = std::shared_ptr<api_deps>;

http::page_frame frame_of(api_deps const& with) {
    return {user_agent(), with.time.now(), 15};
}

/// A commit of the address; what is too long to be one is not carried on.
std::string commit_of(request const& asked, std::string const& name) {
    return shortened(trimmed(asked.asked(name)), 64);
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
    views::chosen_states const chosen{commit_of(asked, "from"), commit_of(asked, "to")};
    auto work = [=, now = with->time.now()](storage::store& db) {
        return views::whole_model(db, keep->rules, target, status, url, chosen, now);
    };
    auto const found = co_await with->db.run(std::move(work));
    co_return http::model_page(found, frame_of(*with));
}

asio::awaitable<response> alerts(shared_deps with, request asked, captures) {
    auto const view = http::alerts_view_of(asked);
    auto const keep = with->now();
    json::object wanted{
        {"state", view.state},
        {"severity", view.severity},
        {"kind", view.kind},
        {"label", view.label},
        {"repo", view.repo},
        {"limit", std::to_string(http::rows_per_page)},
        {"offset", std::to_string(std::min<std::size_t>(view.page - 1, 99'999) * http::rows_per_page)}
    };
    auto work = [keep, now = with->time.now(), wanted = std::move(wanted)](storage::store& db) {
        return views::alerts_shown({db, keep->settings, &keep->rules, now}, wanted);
    };
    auto const found = co_await with->db.run(std::move(work));
    if (!found) co_return refusal_of(found.error());
    co_return http::alerts_page(*found, view, frame_of(*with));
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
    add("/alerts", alerts);
    add("/models/{ns}/{name}", model);
    add("/static/{file}", file);
}

} // namespace modelwatch
