#include "daemon/heartbeat.hpp"

#include "daemon/log.hpp"

#include <algorithm>

namespace modelwatch {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr milliseconds call_timeout = 10s;
/// A call that failed, or that could not honestly be made yet, is tried again after this.
constexpr milliseconds soon = 5s;
constexpr milliseconds stalled_after = 15min;
constexpr unsigned failing_from = 2;

bool is_good(watched const& what, instant now) {
    auto const& record = what.record;
    return record.failures == 0 && record.last_success_at &&
           now - *record.last_success_at <= 3 * std::max<milliseconds>(what.target.interval, 1min);
}

} // namespace

pulse take_pulse(scheduler const& polls, net::clock const& time) {
    pulse out;
    auto const now = time.now();
    auto const steady = time.steady_now();
    bool overdue = false;
    for (auto const& [key, what] : polls.watches()) {
        ++out.watches;
        out.good += is_good(*what, now) ? 1 : 0;
        out.failing += what->record.failures >= failing_from ? 1 : 0;
        overdue = overdue || what->next_due + stalled_after <= steady;
    }
    out.stalled = overdue && polls.last_finished() + stalled_after <= steady;
    out.polled = polls.has_succeeded();
    return out;
}

beat beat_of(pulse const& now, bool settled) noexcept {
    if (now.stalled || now.unwritable || now.failing * 2 > now.watches) return beat::failure;
    bool const fresh = now.polled || settled;
    bool const well = now.good > 0 && now.good * 2 >= now.watches;
    return fresh && well ? beat::success : beat::none;
}

std::string signal_url(std::string_view url, std::string_view signal) {
    auto const end = std::min(url.find_first_of("?#"), url.size());
    if (signal.empty()) return std::string{url};
    auto path = url.substr(0, end);
    while (path.ends_with('/'))
        path.remove_suffix(1);
    return std::string{path} + std::string{signal} + std::string{url.substr(end)};
}

heartbeat::heartbeat(
    asio::any_io_executor executor, net::http_transport& transport, net::clock& time, pulse_source source
)
    : transport_(transport)
    , time_(time)
    , source_(std::move(source))
    , sleep_(std::move(executor)) {}

void heartbeat::configure(std::string url, milliseconds interval) {
    if (url == url_ && interval == interval_) return; // a reload alone is no reason to call
    if (url != url_) started_ = false;
    url_ = std::move(url);
    interval_ = interval;
    next_ = {};
    sleep_.wake();
}

/// People hear when it begins to fail and when it works again, not every time.
void heartbeat::note(bool good, std::string const& why) {
    if (good == heard_) return;
    heard_ = good;
    if (good) {
        log_info("the heartbeat is heard again");
    } else {
        log_warn("the heartbeat is not heard", {{"error", why}});
    }
}

asio::awaitable<bool> heartbeat::call(std::string_view signal) {
    net::http_request request;
    request.url = signal_url(url_, signal);
    request.timeout = std::min(call_timeout, std::max<milliseconds>(interval_, 1s));
    request.max_body = 4096;
    request.cut_body_at_max = true;
    request.hide_path = true;
    auto answer = co_await transport_.send(std::move(request));
    bool const good = answer && answer->status >= 200 && answer->status < 300;
    note(good, good ? "" : answer ? "status " + std::to_string(answer->status) : answer.error().message());
    co_return good;
}

/// One look; gives how long to wait for the next.
asio::awaitable<milliseconds> heartbeat::tick() {
    auto const pause = std::min(interval_, soon);
    if (url_.empty()) co_return 1h;
    if (!started_) {
        // Not every far end knows it, so that its answer does not matter.
        started_ = true;
        co_await call("/start");
    }
    bool const settled = time_.steady_now() - begun_ >= interval_;
    auto const state = co_await source_();
    auto const honest = beat_of(state, settled);
    if (honest == beat::none) co_return pause;
    bool const heard = co_await call(honest == beat::failure ? "/fail" : "");
    co_return heard ? interval_ : pause;
}

asio::awaitable<void> heartbeat::run() {
    begun_ = time_.steady_now();
    while (!stopping_) {
        auto const begun = time_.steady_now();
        if (begun >= next_) {
            auto const planned = next_;
            auto const pause = co_await tick();
            bool const same = next_ == planned; // else a reload came in between
            if (same) next_ = begun + pause;
        }
        if (!stopping_) co_await sleep_.until(time_, next_);
    }
}

void heartbeat::stop() {
    stopping_ = true;
    sleep_.wake();
}

} // namespace modelwatch
