#include "daemon/hub/requests.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>

namespace modelwatch::hub {

namespace {

/// Says whether a page brought anything new; a server that ignores `p` sends the first one for ever.
bool add_page(commit_log& log, std::vector<commit_entry>&& page) {
    if (page.empty()) return false;
    if (!log.commits.empty() && log.position(page.front().id)) return false;
    std::move(page.begin(), page.end(), std::back_inserter(log.commits));
    return true;
}

bool all_seen(commit_log const& log, std::vector<std::string> const& wanted) {
    auto const seen = [&](std::string const& commit) { return log.position(commit).has_value(); };
    return std::all_of(wanted.begin(), wanted.end(), seen);
}

bool is_author(std::string_view repo, std::string_view author) {
    auto const slash = repo.find('/');
    return slash != std::string_view::npos && lower(repo.substr(0, slash)) == lower(author);
}

} // namespace

asio::awaitable<result<log_answer>>
hub_requests::log(std::string repo, std::string commit, std::vector<std::string> wanted, patience& left) {
    std::erase_if(wanted, [](std::string const& id) { return id.empty(); });
    auto few = co_await log_pages(repo, commit, wanted, limits::first_log_page, 1, left);
    if (!few) co_return few;
    bool const enough = !few->log.known || few->log.complete || all_seen(few->log, wanted);
    if (enough) co_return few;
    auto many = co_await log_pages(repo, commit, wanted, limits::log_page, limits::max_log_pages, left);
    co_return many;
}

asio::awaitable<result<log_answer>>
hub_requests::probe_access(std::string repo, std::string commit, patience& left) {
    std::vector<std::string> const nothing;
    auto answer = co_await log_pages(repo, commit, nothing, 1, 1, left);
    co_return answer;
}

asio::awaitable<result<log_answer>> hub_requests::log_pages(
    std::string repo,
    std::string commit,
    std::vector<std::string> const& wanted,
    std::size_t page_size,
    std::size_t max_pages,
    patience& left
) {
    auto const base =
        exchange_.where().model_at(repo, "commits", commit) + "?limit=" + std::to_string(page_size);
    auto url = base;
    log_answer out;
    for (std::size_t number = 1; number <= max_pages; ++number) {
        auto answer = co_await get(url, left);
        if (!answer) co_return answer.error();
        auto const what = meaning_of(answer->response);
        if (what != meaning::ok) {
            // A refusal of a later page is an answer that contradicts the first one.
            if (number > 1 || !tells_nothing(what)) co_return exchange_.unusable(*answer);
            out.why = what;
            out.status = answer->response.status;
            out.words = hub_message(answer->response, exchange_.options().token);
            co_return out;
        }
        auto here = page_of(*answer);
        if (!here) co_return here.error();
        auto entries = parse_commits_page(answer->response.body);
        if (!entries) co_return at_request(entries.error(), answer->method, answer->url);
        if (number == 1 && !entries->empty() && entries->front().id != commit) {
            co_return failure(
                errc::inconsistent,
                request_name("GET", url) + ": the log does not begin with the commit that was asked for"
            );
        }
        auto const count = entries->size();
        bool const more_here = add_page(out.log, std::move(*entries));
        out.log.known = !out.log.commits.empty();
        if (here->total) out.log.total = here->total;
        auto const total = out.log.total.value_or(0);
        bool const short_of_total = out.log.total ? out.log.commits.size() < total : count >= page_size;
        bool const has_more = here->next.has_value() || short_of_total;
        if (!has_more) {
            out.log.complete = out.log.known;
            co_return out;
        }
        if (!more_here || all_seen(out.log, wanted)) co_return out;
        url = here->next ? std::move(*here->next) : base + "&p=" + std::to_string(number);
    }
    co_return out;
}

asio::awaitable<result<std::vector<listed_model>>> hub_requests::listing(std::string author, patience& left) {
    static constexpr std::string_view expansions[]{
        "sha", "lastModified", "createdAt", "pipeline_tag", "tags", "downloads", "private", "disabled"
    };
    auto const base = exchange_.where().api("models?author=" + encoded_segment(author) + "&limit=1000");
    if (listing_expands_) {
        auto url = base;
        for (auto const name : expansions)
            url.append("&expand%5B%5D=").append(name);
        auto models = co_await listing_pages(url, author, left);
        if (models || models.error().status != 400) co_return models;
    }
    auto models = co_await listing_pages(base + "&full=true", author, left);
    if (models) listing_expands_ = false;
    co_return models;
}

result<std::vector<listed_model>>
hub_requests::listed_on(hub_answer const& answer, std::string_view author) const {
    auto rows = parse_listing_page(answer.response.body);
    if (!rows) return at_request(rows.error(), answer.method, answer.url);
    // A server that does not know the filter would hand us every model it has.
    std::erase_if(*rows, [&](listed_model const& row) { return !is_author(row.repo, author); });
    return rows;
}

asio::awaitable<result<std::vector<listed_model>>>
hub_requests::listing_pages(std::string url, std::string const& author, patience& left) {
    std::vector<listed_model> models;
    std::vector<std::string> seen;
    for (std::size_t pages = 0; pages < limits::max_listing_pages; ++pages) {
        seen.push_back(url);
        auto answer = co_await get(url, left);
        if (!answer) co_return answer.error();
        if (answer->response.status != 200) co_return exchange_.unusable(*answer);
        auto here = page_of(*answer);
        if (!here) co_return here.error();
        auto rows = listed_on(*answer, author);
        if (!rows) co_return rows.error();
        std::move(rows->begin(), rows->end(), std::back_inserter(models));
        if (models.size() > limits::max_files) {
            co_return failure(
                errc::too_large, request_name("GET", url) + ": the account has too many models"
            );
        }
        if (!here->next) co_return models;
        url = std::move(*here->next);
        if (std::find(seen.begin(), seen.end(), url) != seen.end()) {
            co_return failure(errc::malformed, request_name("GET", url) + ": the pages go in a circle");
        }
    }
    co_return failure(errc::too_large, request_name("GET", url) + ": the listing has too many pages");
}

} // namespace modelwatch::hub
