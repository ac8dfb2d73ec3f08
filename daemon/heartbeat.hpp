#pragma once

#include "daemon/net/clock.hpp"
#include "daemon/net/http.hpp"
#include "daemon/net/task_group.hpp"
#include "daemon/scheduler.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace modelwatch {

/// What the polls say of the whole program, for the dead-man's switch.
struct pulse {
    std::size_t watches = 0;
    std::size_t good = 0;    ///< last polled well, not longer ago than three intervals
    std::size_t failing = 0; ///< failed at least twice in a row
    bool stalled = false;    ///< polls are due, and none has ended for a quarter of an hour
    bool polled = false;     ///< a poll of this process went well
    bool unwritable = false; ///< what is seen cannot be kept
};

[[nodiscard]] pulse take_pulse(scheduler const& polls, net::clock const& time);

enum class beat { none, success, failure };

/// What may honestly be told: `failure` when nothing moves, nothing can be written or most watches fail;
/// `success` when at least half of the watches are known to be well; nothing in between (after one failed
/// poll, before the first one), so that the far end's own patience decides. `settled`: this process has run
/// for one interval; before that its own polls count, not those that it remembers, or a program that restarts
/// for ever would look alive.
[[nodiscard]] beat beat_of(pulse const& now, bool settled) noexcept;

/// The address for a signal of healthchecks.io and its like: "/start" or "/fail" behind the path, before a
/// query; the address itself for an empty signal.
[[nodiscard]] std::string signal_url(std::string_view url, std::string_view signal);

/// Calls the configured address while polls succeed: `/start` once at the beginning, then the address itself
/// or `/fail` at every interval. The address is a secret: neither it nor its path is logged.
class heartbeat {
public:
    /// Looks before it speaks: the answer is as of now.
    using pulse_source = std::function<asio::awaitable<pulse>()>;

    heartbeat(
        asio::any_io_executor executor, net::http_transport& transport, net::clock& time, pulse_source source
    );

    /// Start and reload. An empty address: nothing is called.
    void configure(std::string url, std::chrono::milliseconds interval);
    /// Until stop() or cancellation.
    asio::awaitable<void> run();
    void stop();

private:
    asio::awaitable<bool> call(std::string_view signal);
    asio::awaitable<std::chrono::milliseconds> tick();
    void note(bool good, std::string const& why);

    net::http_transport& transport_;
    net::clock& time_;
    pulse_source source_;
    std::string url_;
    std::chrono::milliseconds interval_{std::chrono::minutes{5}};
    net::steady_instant begun_{};
    net::steady_instant next_{}; ///< no call before it
    net::wakeable_sleep sleep_;
    bool started_ = false; ///< "/start" has been told of
    bool heard_ = true;    ///< the far end took the last call
    bool stopping_ = false;
};

} // namespace modelwatch
