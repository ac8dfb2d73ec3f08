#include "daemon/hub/requests.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>

namespace modelwatch::hub {

namespace {

constexpr std::string_view newest_first = "&sort=lastModified&direction=-1";
constexpr std::string_view expansions = "&expand%5B%5D=lastModified&expand%5B%5D=createdAt"
                                        "&expand%5B%5D=pipeline_tag&expand%5B%5D=tags"
                                        "&expand%5B%5D=private&expand%5B%5D=disabled";

/// Whether the server can tell nothing that it was asked for; the answer to a bad parameter included.
bool declines(hub_answer const& answer) {
    auto const what = meaning_of(answer.response);
    return tells_nothing(what) || what == meaning::bad_request;
}

result<void> settle(std::vector<dated_file>& files) {
    auto const by_path = [](dated_file const& left, dated_file const& right) {
        return left.file.path < right.file.path;
    };
    std::sort(files.begin(), files.end(), by_path);
    auto const same = [](dated_file const& left, dated_file const& right) {
        return left.file.path == right.file.path;
    };
    auto const twice = std::adjacent_find(files.begin(), files.end(), same);
    if (twice == files.end()) return {};
    return failure(
        errc::malformed, "the hub lists a file twice: " + shortened(printable(twice->file.path), 120)
    );
}

/// What is not dated says nothing about the order.
bool is_newest_first(std::vector<listed_model> const& models) {
    std::optional<instant> last;
    for (auto const& model : models) {
        if (!model.last_modified) return false;
        if (last && *model.last_modified > *last) return false;
        last = model.last_modified;
    }
    return true;
}

} // namespace

asio::awaitable<result<std::optional<std::vector<dated_file>>>>
hub_requests::dated_tree(std::string repo, std::string commit, patience& left) {
    auto const url = exchange_.where().model_at(repo, "tree", commit) + "?recursive=true&expand=true";
    page_walk walk{{url}, limits::max_dated_pages};
    std::vector<dated_file> files;
    while (!walk.ended) {
        bool const first = walk.seen.empty();
        auto answer = co_await turn(walk, left);
        if (!answer) co_return answer.error();
        if (first && declines(*answer)) co_return std::optional<std::vector<dated_file>>();
        if (answer->response.status != 200) co_return exchange_.unusable(*answer);
        auto entries = parse_dated_page(answer->response.body);
        if (!entries) co_return at_request(entries.error(), answer->method, answer->url);
        std::move(entries->begin(), entries->end(), std::back_inserter(files));
    }
    auto const settled = settle(files);
    if (!settled) co_return at_request(settled.error(), "GET", url);
    co_return std::optional<std::vector<dated_file>>(std::move(files));
}

asio::awaitable<result<std::optional<account_overview>>>
hub_requests::overview(std::string account, account_kind kind, patience& left) {
    std::string const group = kind == account_kind::organisation ? "organizations/" : "users/";
    auto answer = co_await get(exchange_.where().api(group + encoded_segment(account) + "/overview"), left);
    if (!answer) co_return answer.error();
    if (declines(*answer)) co_return std::optional<account_overview>();
    if (answer->response.status != 200) co_return exchange_.unusable(*answer);
    auto const json = expect_json(answer->response);
    if (!json) co_return at_request(json.error(), answer->method, answer->url);
    auto told = parse_overview(answer->response.body, account, kind);
    if (!told) co_return at_request(told.error(), answer->method, answer->url);
    co_return std::optional<account_overview>(std::move(*told));
}

asio::awaitable<result<account_overview>> hub_requests::owner(std::string account, patience& left) {
    for (auto const kind : {account_kind::organisation, account_kind::user}) {
        auto told = co_await overview(account, kind, left);
        if (!told) co_return told.error();
        if (*told) co_return std::move(**told);
    }
    co_return account_overview();
}

asio::awaitable<result<std::optional<bool>>>
hub_requests::discussions_open(std::string repo, patience& left) {
    auto answer = co_await get(exchange_.where().model(repo, "discussions"), left);
    if (!answer) co_return answer.error();
    if (answer->response.status == 200) {
        auto const json = expect_json(answer->response);
        if (!json) co_return at_request(json.error(), answer->method, answer->url);
        auto const sound = check_discussions(answer->response.body);
        if (!sound) co_return at_request(sound.error(), answer->method, answer->url);
        co_return std::optional(true);
    }
    auto const words = lower(hub_message(answer->response, exchange_.options().token));
    bool const closed = answer->response.status >= 400 && words.find("discussion") != std::string::npos &&
                        words.find("disabled") != std::string::npos;
    if (closed) co_return std::optional(false);
    if (declines(*answer)) co_return std::optional<bool>();
    co_return exchange_.unusable(*answer);
}

asio::awaitable<result<model_listing>> hub_requests::newest(std::string author, patience& left) {
    auto const base = exchange_.where().api("models?author=" + encoded_segment(author));
    auto const sorted = base + std::string(newest_first);
    page_walk walk{
        {base + "&limit=1000" + std::string(newest_first) + std::string(expansions),
         base + "&limit=1000&full=true",
         sorted + std::string(expansions),
         base + "&full=true",
         base},
        limits::max_listing_pages,
        newest_way_
    };
    model_listing out;
    while (!walk.ended && out.models.size() < limits::max_newest_models &&
           walk.seen.size() < limits::max_listing_pages) {
        auto answer = co_await turn(walk, left);
        if (!answer) co_return answer.error();
        if (answer->response.status != 200) co_return exchange_.unusable(*answer);
        auto rows = listed_on(*answer, author);
        if (!rows) co_return rows.error();
        std::move(rows->begin(), rows->end(), std::back_inserter(out.models));
    }
    newest_way_ = walk.way;
    out.complete = walk.ended;
    out.sorted = is_newest_first(out.models);
    co_return out;
}

} // namespace modelwatch::hub
