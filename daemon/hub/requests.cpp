#include "daemon/hub/requests.hpp"

#include "daemon/model/text.hpp"

#include <algorithm>
#include <array>

namespace modelwatch::hub {

namespace {

constexpr std::array<std::string_view, 3> info_parameters{
    "?blobs=true&securityStatus=true", "?blobs=true", ""
};

} // namespace

hub_requests::hub_requests(hub_options options, net::http_transport& transport, net::clock& time)
    : exchange_(std::move(options), transport, time) {}

asio::awaitable<result<hub_answer>> hub_requests::get(std::string url, patience& left) {
    hub_call call;
    call.url = std::move(url);
    auto answer = co_await exchange_.send(std::move(call), left);
    co_return answer;
}

asio::awaitable<result<hub_answer>>
hub_requests::info(std::string repo, std::string revision, std::string validator, patience& left) {
    auto const base = exchange_.where().model_at(repo, "revision", revision);
    for (auto level = parameter_level_;; ++level) {
        hub_call call;
        call.url = base + std::string(info_parameters[level]);
        if (!validator.empty()) call.headers.emplace_back("If-None-Match", validator);
        auto answer = co_await exchange_.send(std::move(call), left);
        if (!answer) co_return answer;
        bool const refused = meaning_of(answer->response) == meaning::bad_request;
        if (refused && level + 1 < info_parameters.size()) continue;
        // Only a success proves that it was the parameters that the server did not like.
        bool const understood = answer->response.status == 200;
        if (understood) parameter_level_ = std::max(parameter_level_, level);
        co_return answer;
    }
}

asio::awaitable<result<hub_answer>> hub_requests::plain_info(std::string repo, patience& left) {
    auto answer = co_await get(exchange_.where().model(repo), left);
    co_return answer;
}

result<std::optional<std::string>> hub_requests::next_page(hub_answer const& answer) const {
    auto const link = next_link(answer.response.header("link"));
    if (!link) return std::optional<std::string>();
    auto target = exchange_.where().at_home(answer.url, *link);
    if (target) return std::optional(std::move(*target));
    return failure(
        errc::redirect,
        request_name(answer.method, answer.url) + ": the link to the next page is not a usable URL",
        "a hub links its pages by http(s) URLs without user names"
    );
}

asio::awaitable<result<hub_answer>> hub_requests::turn(page_walk& walk, patience& left) {
    bool const first = walk.seen.empty();
    if (first) walk.next = walk.ways.at(std::min(walk.way, walk.ways.size() - 1));
    if (walk.seen.size() >= walk.most_pages) {
        co_return failure(errc::too_large, request_name("GET", walk.next) + ": the list has too many pages");
    }
    if (std::find(walk.seen.begin(), walk.seen.end(), walk.next) != walk.seen.end()) {
        co_return failure(errc::malformed, request_name("GET", walk.next) + ": the pages go in a circle");
    }
    auto answer = co_await get(walk.next, left);
    while (answer && first && meaning_of(answer->response) == meaning::bad_request &&
           walk.way + 1 < walk.ways.size()) {
        walk.next = walk.ways[++walk.way];
        answer = co_await get(walk.next, left);
    }
    walk.seen.push_back(walk.next);
    walk.ended = true;
    if (!answer || answer->response.status != 200) co_return answer;
    auto const json = expect_json(answer->response);
    if (!json) co_return at_request(json.error(), answer->method, answer->url);
    auto next = next_page(*answer);
    if (!next) co_return next.error();
    walk.ended = !next->has_value();
    walk.next = next->value_or(std::string());
    co_return answer;
}

asio::awaitable<result<file_tree>>
hub_requests::tree(std::string repo, std::string revision, patience& left) {
    auto const base = exchange_.where().model_at(repo, "tree", revision) + "?recursive=true";
    page_walk walk{
        {base + "&expand=false&limit=1000", base + "&expand=false", base}, limits::max_tree_pages, tree_way_
    };
    file_tree out;
    while (!walk.ended && out.files.size() <= limits::max_files) {
        auto answer = co_await turn(walk, left);
        if (!answer) co_return answer.error();
        if (answer->response.status != 200) co_return exchange_.unusable(*answer);
        auto entries = parse_tree_page(answer->response.body, &out.passed);
        if (!entries) co_return at_request(entries.error(), answer->method, answer->url);
        std::move(entries->begin(), entries->end(), std::back_inserter(out.files));
        if (out.passed.size() > limits::max_files) {
            co_return failure(errc::too_large, request_name("GET", answer->url) + ": too many odd rows");
        }
    }
    tree_way_ = walk.way;
    auto const settled = settle_files(out.files);
    if (!settled) co_return at_request(settled.error(), "GET", base);
    co_return out;
}

asio::awaitable<result<std::optional<ref_list>>> hub_requests::refs(std::string repo, patience& left) {
    auto answer = co_await get(exchange_.where().model(repo, "refs"), left);
    if (!answer) co_return answer.error();
    if (answer->response.status != 200) co_return std::optional<ref_list>();
    auto const json = expect_json(answer->response);
    if (!json) co_return at_request(json.error(), answer->method, answer->url);
    auto refs = parse_refs(answer->response.body);
    if (!refs) co_return at_request(refs.error(), answer->method, answer->url);
    co_return std::optional<ref_list>(std::move(*refs));
}

asio::awaitable<result<hub_answer>> hub_requests::file(
    std::string repo,
    std::string commit,
    std::string path,
    std::uint64_t max_bytes,
    bool retry,
    patience& left
) {
    hub_call call;
    call.url = exchange_.where().resolve(repo, commit, path);
    call.max_body = max_bytes;
    call.is_file = true;
    call.retry = retry;
    auto answer = co_await exchange_.send(std::move(call), left);
    co_return answer;
}

} // namespace modelwatch::hub
