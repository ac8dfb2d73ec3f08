#include "daemon/hub/json_reader.hpp"
#include "daemon/hub/requests.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>

namespace modelwatch::hub {

namespace {

constexpr std::size_t most_remembered = 64;

/// Whether this is the info of a model, whatever else it says.
bool names_a_model(hub_answer const& answer) {
    if (answer.response.status != 200 || !expect_json(answer.response)) return false;
    json_arena arena;
    auto const told = parse_body(answer.response.body, arena);
    return told && told->is_object() && is_repo_id(text_of(told->get_object(), "id"));
}

} // namespace

void hub_requests::note_answer(std::string const& repo) {
    if (answered_.size() >= most_remembered && !answered_.contains(lower(repo))) {
        auto const older = [](auto const& left, auto const& right) { return left.second < right.second; };
        answered_.erase(std::min_element(answered_.begin(), answered_.end(), older));
    }
    answered_[lower(repo)] = exchange_.time().steady_now();
}

asio::awaitable<result<void>> hub_requests::control(std::string missing, patience& left) {
    auto listed = co_await ask_listing(left);
    if (listed || listed.error().code == errc::cancelled) co_return listed;
    bool const answers = co_await somebody_else_answers(missing, left);
    if (answers) co_return result<void>();
    co_return listed;
}

asio::awaitable<result<void>> hub_requests::ask_listing(patience& left) {
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

/// A mirror has no listing, but it hands out the other repos that are watched here. They are asked anew: what
/// answered a moment ago may be as gone as this one.
asio::awaitable<bool> hub_requests::somebody_else_answers(std::string const& missing, patience& left) {
    auto const itself = lower(missing);
    auto others = options().neighbours;
    for (auto const& [repo, when] : answered_)
        others.push_back(repo);
    std::erase_if(others, [&](std::string const& repo) { return lower(repo) == itself; });
    for (std::size_t i = 0; i < std::min(others.size(), limits::max_control_repos); ++i) {
        auto const answer = co_await plain_info(others[i], left);
        if (!answer || !names_a_model(*answer)) continue;
        note_answer(others[i]);
        co_return true;
    }
    co_return false;
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
