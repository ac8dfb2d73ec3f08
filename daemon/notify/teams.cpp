#include "daemon/model/text.hpp"
#include "daemon/notify/answer.hpp"
#include "daemon/notify/channels.hpp"
#include "daemon/notify/post.hpp"
#include "daemon/notify/teams_render.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <charconv>

namespace modelwatch::notify {

namespace {

/// Microsoft asks to be left alone for 10 to 15 s after throttling, and does not always say so.
constexpr std::chrono::seconds after_throttling{15};

/// "Webhook message delivery failed with error: … returned HTTP error 413 with …": the 413; 0: none.
unsigned status_in(std::string_view body) {
    constexpr std::string_view words = "HTTP error ";
    auto const at = body.find(words);
    if (at == std::string_view::npos) return 0;
    auto const digits = body.substr(at + words.size(), 3);
    unsigned status = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), status);
    return status;
}

/// {"error": {…}}, or words that say so. HTML is a page for people: a login or a maintenance notice.
bool tells_of_failure(std::string_view body) {
    if (body.starts_with('<')) return true;
    boost::system::error_code problem;
    auto const value = json::parse(body, problem);
    if (!problem) return value.is_object() && value.get_object().contains("error");
    auto const words = lower(body);
    return words.find("error") != std::string::npos || words.find("failed") != std::string::npos;
}

bool never_better(unsigned status) {
    return status >= 400 && status < 500 && status != 408 && status != 425 && status != 429;
}

/// A 200 may be an error: Teams and the connector in front of it put theirs into the body.
delivery judge_teams(net::http_response const& answer, std::int64_t now, secrets const& hidden) {
    auto out = judge_http(answer, now, hidden);
    auto const inner = status_in(answer.body);
    if (out.what == delivery::outcome::delivered && tells_of_failure(trimmed(answer.body)))
        out.what = never_better(inner) ? delivery::outcome::failed : delivery::outcome::retry;
    bool const throttled = answer.status == 429 || inner == 429;
    if (out.what == delivery::outcome::retry && throttled && !out.retry_after)
        out.retry_after = after_throttling;
    return out;
}

class teams_channel final : public channel {
public:
    teams_channel(channel_options options, channel_deps deps)
        : options_(std::move(options))
        , deps_(deps) {
        hidden_.add_url(options_.url);
    }

    asio::awaitable<delivery> send(message const& what, std::vector<std::string>) override {
        auto const now = unix_now(deps_.time);
        auto request = json_post(options_, render_teams(what, options_.whom));
        request.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
        auto const answer = co_await deps_.transport.send(std::move(request));
        co_return answer ? judge_teams(*answer, now, hidden_) : judge_error(answer.error(), hidden_);
    }

private:
    channel_options options_;
    channel_deps deps_;
    secrets hidden_;
};

} // namespace

std::unique_ptr<channel> make_teams_channel(channel_options options, channel_deps deps) {
    return std::make_unique<teams_channel>(std::move(options), deps);
}

} // namespace modelwatch::notify
