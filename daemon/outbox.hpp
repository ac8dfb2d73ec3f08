#pragma once

#include "daemon/judge.hpp"
#include "daemon/net/task_group.hpp"
#include "daemon/notify/channel.hpp"
#include "daemon/store_thread.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace modelwatch {

/// One notifier and its rules of patience.
struct lane_settings {
    std::string name;
    std::shared_ptr<notify::channel> to;
    std::chrono::seconds give_up_after{std::chrono::hours{72}};
    std::string fallback; ///< gets what is given up; empty: nobody
};

/// When the next attempt is due after the n-th failed one (n from 1): 5 s doubling to 30 min, moved by up to
/// a fifth either way (`random` in [0, 1)).
[[nodiscard]] std::chrono::milliseconds retry_delay(unsigned failed_attempts, double random);

/// What an attempt makes of a message: it waits no longer than longest_message_wait for the next, and is
/// given up only when it has been tried for as long as its notifier's patience or for an hour, however old a
/// clock that was stepped makes it. Pure.
[[nodiscard]] message after_attempt(
    message entry,
    notify::delivery const& made,
    std::chrono::seconds give_up_after,
    instant now,
    double random
);

/// Messages to notifiers that are configured no more can never be sent: they are dropped; how many, by
/// notifier.
std::map<std::string, std::size_t>
drop_orphaned(storage::store& db, std::vector<lane_settings> const& lanes, instant now);
/// Says so.
void log_dropped(std::map<std::string, std::size_t> const& dropped);

/// From recorded messages to far ends: one lane per notifier, so that a dead one delays no other.
class outbox {
public:
    outbox(asio::any_io_executor executor, store_thread& db, net::clock& time);
    ~outbox();

    /// Replaces lanes and rules (start, reload). Attempts in flight end with their old settings.
    void configure(std::vector<lane_settings> lanes, std::shared_ptr<judge_rules const> rules);
    /// Called after every attempt that was written down.
    void listen(std::function<void(message const& after, std::chrono::milliseconds took)> listener);
    /// New messages may have come.
    void wake();
    /// Sends whatever becomes due until stop().
    asio::awaitable<void> run(std::chrono::milliseconds grace);
    void stop();
    /// Tries every message that is due now once and returns: empty, or why the database kept messages from
    /// being taken or their outcome from being written down.
    asio::awaitable<std::string> flush();

private:
    struct lane;

    struct outcome {
        message entry;
        attempt record;
        std::vector<std::string> pending;
    };

    static void save_outcome(
        storage::store& db, lane_settings const& lane, judge_rules const& rules, outcome const& made
    );

    asio::awaitable<void> serve(std::shared_ptr<lane> which);
    asio::awaitable<void> send_due(lane& which);
    asio::awaitable<void> send_once(std::shared_ptr<lane> which);
    asio::awaitable<bool> attempt_one(lane& which, message entry);
    void start(std::shared_ptr<lane> which);
    void note_trouble(std::exception_ptr const& failure);

    asio::any_io_executor executor_;
    store_thread& db_;
    net::clock& time_;
    std::shared_ptr<judge_rules const> rules_;
    std::map<std::string, std::shared_ptr<lane>> lanes_;
    std::function<void(message const&, std::chrono::milliseconds)> listener_;
    std::set<std::string> in_flight_; ///< ids of messages that are being sent
    net::task_group running_;
    net::wakeable_sleep stop_sleep_;
    std::string trouble_; ///< what the database said last while sending
    bool serving_ = false;
    bool stopping_ = false;
};

} // namespace modelwatch
