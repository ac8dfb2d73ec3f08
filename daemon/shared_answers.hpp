#pragma once

#include "daemon/model/failure.hpp"
#include "daemon/model/result.hpp"
#include "daemon/net/clock.hpp"
#include "daemon/net/task_group.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <chrono>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace modelwatch {

/// How long an answer is good for.
struct keeping {
    std::chrono::milliseconds answer{std::chrono::hours{1}};
    std::chrono::milliseconds failure{std::chrono::minutes{1}}; ///< until somebody may ask again
    std::size_t most = 1'024;                                   ///< keys; the oldest go first
};

/// Answers that many coroutines of one thread want: at most one question in flight per key, and the answer is
/// shared for a while. A question whose asker is cancelled is taken over by whoever waits for it.
template <class T>
class shared_answers {
public:
    using answer = result<std::shared_ptr<T const>>;

    shared_answers(net::clock& time, keeping how)
        : time_(time)
        , how_(how) {}

    /// `ask` is only run when nobody else's answer will do. Must not outlive the cache.
    asio::awaitable<answer> get(std::string key, asio::awaitable<result<T>> ask) {
        auto place = place_of(key);
        for (;;) {
            if (place->held && time_.steady_now() < place->until) co_return *place->held;
            if (!place->asking) break;
            auto const executor = co_await asio::this_coro::executor;
            waiter waiting(*place, executor);
            co_await waiting.sleep.until(time_, time_.steady_now() + net::very_long);
            auto const state = co_await asio::this_coro::cancellation_state;
            if (state.cancelled() != asio::cancellation_type::none) co_return stopped();
        }
        question const open(*place);
        auto told = co_await std::move(ask);
        answer outcome = stopped();
        if (told) {
            outcome = std::make_shared<T const>(std::move(*told));
        } else {
            outcome = told.error();
            if (told.error().code == errc::cancelled) co_return outcome; // says nothing about the key
        }
        place->until = time_.steady_now() + (told ? how_.answer : how_.failure);
        place->held = outcome;
        co_return outcome;
    }

    [[nodiscard]] std::size_t size() const noexcept { return places_.size(); }

private:
    struct place {
        std::optional<answer> held;
        net::steady_instant until{};
        bool asking = false;
        std::list<net::wakeable_sleep*> waiting;
    };

    struct waiter {
        waiter(place& at, asio::any_io_executor executor)
            : sleep(std::move(executor))
            , at_(at)
            , mine_(at.waiting.insert(at.waiting.end(), &sleep)) {}

        waiter(waiter const&) = delete;
        waiter& operator=(waiter const&) = delete;

        ~waiter() { at_.waiting.erase(mine_); }

        net::wakeable_sleep sleep;

    private:
        place& at_;
        std::list<net::wakeable_sleep*>::iterator mine_;
    };

    /// Open until the answer is there or the asker is gone; then everybody looks again.
    struct question {
        explicit question(place& at)
            : at_(at) {
            at_.asking = true;
        }

        question(question const&) = delete;
        question& operator=(question const&) = delete;

        ~question() {
            at_.asking = false;
            for (auto* const sleep : at_.waiting)
                sleep->wake();
        }

    private:
        place& at_;
    };

    static error stopped() { return failure(errc::cancelled, "the question was stopped"); }

    std::shared_ptr<place> place_of(std::string const& key) {
        auto const found = places_.find(key);
        if (found != places_.end()) return found->second;
        if (places_.size() >= how_.most) make_room();
        return places_.emplace(key, std::make_shared<place>()).first->second;
    }

    /// What is out of date goes, else the oldest answer. What somebody is using stays.
    void make_room() {
        auto const now = time_.steady_now();
        auto const idle = [](auto const& entry) { return entry.second.use_count() == 1; };
        std::erase_if(places_, [&](auto const& entry) { return idle(entry) && entry.second->until <= now; });
        while (places_.size() >= how_.most) {
            auto oldest = places_.end();
            for (auto it = places_.begin(); it != places_.end(); ++it) {
                if (!idle(*it)) continue;
                if (oldest == places_.end() || it->second->until < oldest->second->until) oldest = it;
            }
            if (oldest == places_.end()) return;
            places_.erase(oldest);
        }
    }

    net::clock& time_;
    keeping how_;
    std::map<std::string, std::shared_ptr<place>> places_;
};

} // namespace modelwatch
