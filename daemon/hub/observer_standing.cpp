#include "daemon/hub/observer.hpp"
#include "daemon/model/text.hpp"

namespace modelwatch::hub {

namespace {

observation standing_of(standing place, std::string detail) {
    observation seen;
    seen.place = place;
    seen.detail = std::move(detail);
    return seen;
}

} // namespace

/// The info was refused: which of the table of hub-api, section 4, is it?
asio::awaitable<result<observation>> observer::unreadable(hub_answer answer) {
    switch (meaning_of(answer.response)) {
    case meaning::disabled:
        co_return standing_of(standing::disabled, "The hub says: " + words_of(answer));
    case meaning::revision_not_found:
    case meaning::entry_not_found:
        co_return no_revision(answer);
    case meaning::bad_credentials:
        if (line_.has_token()) co_return token_refused(answer);
        break;
    default:
        break;
    }
    auto const what = meaning_of(answer.response);
    if (what == meaning::gated) {
        auto seen = co_await closed(std::move(answer));
        co_return seen;
    }
    if (what == meaning::repo_not_found && answer.response.status != 401) {
        auto seen = co_await missing(std::move(answer));
        co_return seen;
    }
    if (answer.response.status == 401) {
        auto seen = co_await nameless_refusal(std::move(answer));
        co_return seen;
    }
    if (what == meaning::not_found) {
        auto seen = co_await maybe_no_revision(std::move(answer));
        co_return seen;
    }
    co_return line_.unusable(answer);
}

/// 401 without a reason: the repo, or our token.
asio::awaitable<result<observation>> observer::nameless_refusal(hub_answer answer) {
    if (line_.has_token()) {
        auto const good = co_await hub_.token_is_good(left_);
        if (!good) co_return good.error();
        if (*good == false) co_return token_refused(answer);
    }
    auto seen = co_await missing(std::move(answer));
    co_return seen;
}

/// 404 without a reason (other servers): ask for the repo itself.
asio::awaitable<result<observation>> observer::maybe_no_revision(hub_answer answer) {
    auto plain = co_await hub_.plain_info(request_.repo, left_);
    if (!plain) co_return plain.error();
    auto const json = expect_json(plain->response);
    if (plain->response.status == 200) {
        if (!json) co_return at_request(json.error(), plain->method, plain->url);
        co_return no_revision(answer);
    }
    bool const denied = plain->response.status == 404 || plain->response.status == 410;
    if (!denied) co_return line_.unusable(*plain);
    auto seen = co_await missing(std::move(*plain));
    co_return seen;
}

/// The hub denies the repo. Believed only when the hub answers other questions.
asio::awaitable<result<observation>> observer::missing(hub_answer answer) {
    auto const answers = co_await hub_.control(request_.repo, left_);
    if (!answers) {
        auto problem = answers.error();
        problem.what = "whether " + request_.repo + " is gone cannot be told: " + problem.what;
        co_return problem;
    }
    auto const words = words_of(answer);
    std::string detail = "The hub answered " + std::to_string(answer.response.status);
    if (!words.empty()) detail += " (" + words + ")";
    detail += " for " + request_.repo +
              ", while it answers other requests. That can mean three things: the repo was "
              "deleted; it was made private";
    detail += line_.has_token() ? " and our token may not see it; " : " (we ask without a token); ";
    detail += "or it never existed under this name.";
    co_return standing_of(standing::missing, std::move(detail));
}

/// Gated even for its info.
asio::awaitable<result<observation>> observer::closed(hub_answer answer) {
    if (answer.response.status == 401 && line_.has_token()) {
        auto const good = co_await hub_.token_is_good(left_);
        if (!good) co_return good.error();
        if (*good == false) co_return token_refused(answer);
    }
    co_return standing_of(standing::access_lost, access_detail(words_of(answer)));
}

error observer::no_revision(hub_answer const& answer) {
    revision_lost_ = true;
    auto problem = line_.unusable(answer);
    problem.code = errc::not_found;
    problem.what += ": " + request_.repo + " has no revision " + request_.revision;
    problem.hint = "the branch, tag or commit was deleted or renamed, or is mistyped";
    return problem;
}

error observer::token_refused(hub_answer const& answer) const {
    auto problem = line_.unusable(answer);
    problem.code = errc::unauthorized;
    problem.hint =
        "the hub refuses the configured token (revoked, expired or mistyped): put a fresh one into its "
        "token_file";
    return problem;
}

std::string observer::access_detail(std::string const& words) const {
    std::string detail = "The repo is there, but its content is not open to us";
    if (!words.empty()) detail += ": " + words;
    if (!detail.ends_with('.')) detail += '.';
    detail += line_.has_token() ? " The account of our token has no access, or no longer."
                                : " We ask without a token.";
    return detail;
}

} // namespace modelwatch::hub
