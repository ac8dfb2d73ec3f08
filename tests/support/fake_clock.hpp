#pragma once

#include "daemon/net/clock.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>

namespace modelwatch::test {

/// A clock that moves only when it is told to, or (under run_awaitable with a clock) when nobody has anything
/// left to do: then it jumps to the next deadline, so that weeks pass in milliseconds.
class fake_clock final : public net::clock {
public:
    /// Sunday, 2026-11-22 09:00:00 UTC, unless told otherwise.
    static constexpr instant default_start{std::chrono::milliseconds{1'795'338'000'000}};

    explicit fake_clock(asio::io_context& io, instant start = default_start)
        : io_{io}
        , now_{start} {}

    [[nodiscard]] instant now() const override { return now_; }

    [[nodiscard]] net::steady_instant steady_now() const override { return steady_; }

    asio::awaitable<void> sleep_until(net::steady_instant when) override {
        if (when <= steady_) {
            co_return;
        }
        asio::steady_timer timer{io_, asio::steady_timer::time_point::max()};
        sleeper const entry{*this, when, timer};
        auto const outcome = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
        static_cast<void>(outcome); // woken or cancelled: either way the sleep is over
    }

    [[nodiscard]] std::size_t sleepers() const noexcept { return sleepers_.size(); }

    /// When whoever sleeps next wakes; nullopt: nobody sleeps.
    [[nodiscard]] std::optional<net::steady_instant> next_deadline() const {
        if (sleepers_.empty()) return std::nullopt;
        return sleepers_.begin()->first;
    }

    /// Steps the wall clock alone, as an administrator or NTP would.
    void set_wall(instant when) noexcept { now_ = when; }

    /// Wakes whoever sleeps next; false when nobody sleeps.
    bool jump_to_next() {
        if (sleepers_.empty()) {
            return false;
        }
        move_to(sleepers_.begin()->first);
        return true;
    }

    /// Lets `span` pass, waking sleepers in order and running what they do then.
    void advance(std::chrono::milliseconds span) {
        auto const target = steady_ + span;
        poll();
        while (!sleepers_.empty() && sleepers_.begin()->first <= target) {
            move_to(sleepers_.begin()->first);
            poll();
        }
        move_to(target);
        poll();
    }

private:
    using sleeper_map = std::multimap<net::steady_instant, asio::steady_timer*>;

    class sleeper {
    public:
        sleeper(fake_clock& owner, net::steady_instant when, asio::steady_timer& timer)
            : owner_{owner}
            , place_{owner.sleepers_.emplace(when, &timer)} {}

        sleeper(sleeper const&) = delete;
        sleeper& operator=(sleeper const&) = delete;

        ~sleeper() { owner_.sleepers_.erase(place_); }

    private:
        fake_clock& owner_;
        sleeper_map::iterator place_;
    };

    void move_to(net::steady_instant when) {
        if (when > steady_) {
            now_ += when - steady_;
            steady_ = when;
        }
        // The entries leave by themselves when their coroutines run; a cancelled timer is not woken twice.
        for (auto const& [deadline, timer] : sleepers_) {
            if (deadline > steady_) {
                break;
            }
            timer->cancel();
        }
    }

    void poll() {
        io_.restart();
        io_.poll();
    }

    asio::io_context& io_;
    instant now_;
    net::steady_instant steady_{std::chrono::hours{1}};
    sleeper_map sleepers_;
};

} // namespace modelwatch::test
