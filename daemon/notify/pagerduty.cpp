#include "daemon/model/json.hpp"
#include "daemon/model/text.hpp"
#include "daemon/notify/answer.hpp"
#include "daemon/notify/channels.hpp"
#include "daemon/notify/pagerduty_progress.hpp"
#include "daemon/notify/pagerduty_render.hpp"
#include "daemon/notify/post.hpp"

#include <boost/json/parse.hpp>

#include <stdexcept>

namespace modelwatch::notify {

namespace {

constexpr std::string_view own_url = "https://events.pagerduty.com/v2/enqueue";
/// Its limit counts events per minute.
constexpr std::chrono::seconds after_throttling{30};

/// {"status": "success", …}: what PagerDuty says of the event; empty when it is no such answer.
std::string status_word(std::string_view body) {
    boost::system::error_code problem;
    auto const value = json::parse(body, problem);
    if (problem || !value.is_object()) return {};
    return std::string{text_of(value.get_object(), "status")};
}

/// Taken is 202, or a 2xx that says "success"; any other page that answers 200 is not PagerDuty.
delivery judge_pagerduty(net::http_response const& answer, std::int64_t now, secrets const& hidden) {
    auto out = judge_http(answer, now, hidden);
    if (out.what == delivery::outcome::retry && answer.status == 429 && !out.retry_after)
        out.retry_after = after_throttling;
    if (out.what != delivery::outcome::delivered) return out;
    auto const word = status_word(answer.body);
    if (word == "success" || (word.empty() && answer.status == 202)) return out;
    out.what = word.starts_with("invalid") ? delivery::outcome::failed : delivery::outcome::retry;
    return out;
}

bool may_be_about_the_content(delivery const& made) {
    return made.what == delivery::outcome::failed &&
           (made.status == 400 || made.status == 413 || made.status == 422);
}

class pagerduty_channel final : public channel {
public:
    pagerduty_channel(channel_options options, channel_deps deps)
        : options_(std::move(options))
        , deps_(deps) {
        if (options_.secret.empty()) throw std::invalid_argument("a pagerduty notifier needs a routing key");
        if (options_.url.empty()) options_.url = own_url;
        hidden_.add(options_.secret);
        if (options_.url != own_url) hidden_.add_url(options_.url);
    }

    asio::awaitable<delivery> send(message const& what, std::vector<std::string> recipients) override {
        auto const events = pagerduty_events(what);
        pagerduty_progress progress{events, recipients};
        auto const end = deps_.time.steady_now() + 4 * options_.timeout;
        while (auto const* next = progress.next()) {
            auto made = co_await send_event(*next, what);
            progress.note(std::move(made));
            if (deps_.time.steady_now() >= end) break;
        }
        co_return progress.outcome();
    }

private:
    /// An event that is refused for its content goes once more without any detail: better that than none.
    asio::awaitable<delivery> send_event(pagerduty_event const& event, message const& what) {
        auto made =
            co_await post(render_pagerduty(event, what, options_.secret, pagerduty_form::whole, options_.whom)
            );
        if (!may_be_about_the_content(made) || event.action != "trigger") co_return made;
        auto again =
            co_await post(render_pagerduty(event, what, options_.secret, pagerduty_form::brief, options_.whom)
            );
        if (again.what == delivery::outcome::delivered)
            again.answer =
                shortened(again.answer + " (in brief, after: " + made.answer + ")", max_answer_bytes);
        co_return again;
    }

    asio::awaitable<delivery> post(std::string body) {
        auto const now = unix_now(deps_.time);
        auto request = json_post(options_, std::move(body));
        request.headers.emplace_back("Content-Type", "application/json");
        auto const answer = co_await deps_.transport.send(std::move(request));
        co_return answer ? judge_pagerduty(*answer, now, hidden_) : judge_error(answer.error(), hidden_);
    }

    channel_options options_;
    channel_deps deps_;
    secrets hidden_;
};

} // namespace

std::unique_ptr<channel> make_pagerduty_channel(channel_options options, channel_deps deps) {
    return std::make_unique<pagerduty_channel>(std::move(options), deps);
}

} // namespace modelwatch::notify
