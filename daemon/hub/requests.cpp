#include "daemon/hub/requests.hpp"

#include "daemon/model/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace modelwatch::hub {

namespace {

constexpr std::array<std::string_view, 3> info_parameters{
    "?blobs=true&securityStatus=true", "?blobs=true", ""
};

std::optional<std::uint64_t> number(std::string_view text) noexcept {
    text = trimmed(text);
    std::uint64_t value = 0;
    auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool const whole = failed == std::errc{} && end == text.data() + text.size() && !text.empty();
    return whole ? std::optional(value) : std::nullopt;
}

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

result<hub_requests::page> hub_requests::page_of(hub_answer const& answer) const {
    auto const json = expect_json(answer.response);
    if (!json) return at_request(json.error(), answer.method, answer.url);
    page out;
    auto const link = next_link(answer.response.header("link"));
    if (link) {
        auto target = redirect_target(answer.url, *link);
        // The next page would be asked for with the token.
        if (!target || !exchange_.where().owns(*target)) {
            return failure(
                errc::redirect,
                request_name(answer.method, answer.url) + ": the next page lies on another host",
                "`endpoint` must be the address that the hub itself uses in its links"
            );
        }
        out.next = std::move(*target);
    }
    out.total = number(answer.response.header("x-total-count"));
    return out;
}

asio::awaitable<result<std::vector<file_entry>>>
hub_requests::tree(std::string repo, std::string revision, patience& left) {
    auto url = exchange_.where().model_at(repo, "tree", revision) + "?recursive=true&expand=false&limit=1000";
    std::vector<file_entry> files;
    std::vector<std::string> seen;
    for (std::size_t pages = 0; pages < limits::max_tree_pages; ++pages) {
        seen.push_back(url);
        auto answer = co_await get(url, left);
        if (!answer) co_return answer.error();
        if (answer->response.status != 200) co_return exchange_.unusable(*answer);
        auto here = page_of(*answer);
        if (!here) co_return here.error();
        auto entries = parse_tree_page(answer->response.body);
        if (!entries) co_return at_request(entries.error(), answer->method, answer->url);
        std::move(entries->begin(), entries->end(), std::back_inserter(files));
        bool const too_many = files.size() > limits::max_files;
        if (!here->next || too_many) {
            auto const settled = settle_files(files);
            if (!settled) co_return at_request(settled.error(), answer->method, answer->url);
            co_return files;
        }
        url = std::move(*here->next);
        if (std::find(seen.begin(), seen.end(), url) != seen.end()) {
            co_return failure(errc::malformed, request_name("GET", url) + ": the pages go in a circle");
        }
    }
    co_return failure(errc::too_large, request_name("GET", url) + ": the tree has too many pages");
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

asio::awaitable<result<void>> hub_requests::control(patience& left) {
    auto const now = exchange_.time().steady_now();
    if (control_.value && now < control_.until) co_return *control_.value;
    auto const url = exchange_.where().api("models?limit=1");
    auto answer = co_await get(url, left);
    if (!answer && answer.error().code == errc::cancelled) co_return answer.error();
    result<void> outcome;
    if (!answer) {
        outcome = answer.error();
    } else if (answer->response.status != 200) {
        auto problem = exchange_.unusable(*answer);
        if (problem.code == errc::not_found) problem.code = errc::refused;
        outcome = std::move(problem);
    } else {
        auto const json = expect_json(answer->response);
        auto const rows = parse_listing_page(answer->response.body);
        if (!json)
            outcome = at_request(json.error(), answer->method, answer->url);
        else if (!rows)
            outcome = at_request(rows.error(), answer->method, answer->url);
    }
    control_.value = outcome;
    control_.until = exchange_.time().steady_now() + limits::control_lifetime;
    co_return outcome;
}

asio::awaitable<result<std::optional<bool>>> hub_requests::token_is_good(patience& left) {
    if (token_.value && exchange_.time().steady_now() < token_.until) co_return *token_.value;
    auto answer = co_await get(exchange_.where().api("whoami-v2"), left);
    std::optional<bool> verdict;
    if (!answer) {
        if (answer.error().code != errc::unauthorized) co_return answer.error();
        verdict = false;
    } else if (answer->response.status == 200 && expect_json(answer->response)) {
        verdict = true;
    } else if (answer->response.status == 401) {
        verdict = false;
    }
    token_.value = verdict;
    token_.until = exchange_.time().steady_now() + limits::control_lifetime;
    co_return verdict;
}

} // namespace modelwatch::hub
