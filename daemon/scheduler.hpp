#pragma once

#include "daemon/net/task_group.hpp"
#include "daemon/poller.hpp"

#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>

namespace modelwatch {

struct schedule_limits {
    std::size_t max_running = 32; ///< polls at the same time
    std::chrono::milliseconds longest_backoff{std::chrono::hours{1}};
};

/// What a finished poll tells the rest of the program.
using poll_listener = std::function<asio::awaitable<void>(watched&, poll_report const&)>;

/// Who is due. Keeps every watch ordered by its next time and polls those that are due, a bounded number at
/// once.
class scheduler {
public:
    scheduler(asio::any_io_executor executor, poll_deps deps, schedule_limits limits, poll_listener listener);

    /// Hears of polls that the database ended: they are no failure of the watch.
    void listen_to_database(std::function<void(std::string const& why)> heard) {
        database_ = std::move(heard);
    }

    /// For polls that begin from now on (reload).
    void set_deps(poll_deps deps);

    /// Makes the watches of the configuration the ones that are polled. Known ones keep their phase; a
    /// restart takes it from the store; what is overdue is spread over a part of its interval, what was never
    /// polled is due at once.
    void
    set_watches(std::vector<watch> const& wanted, std::map<std::string, storage::watch_record> const& stored);

    /// Adds one (a new model of an account); no-op when it is known.
    void add(watch const& target, storage::watch_record record);

    /// Makes a watch due now (a hub webhook, an operator). False: no such watch.
    bool poke(std::string const& repo);

    /// The watches of a hub that fail are due within a minute: the hub answers again.
    void hasten(std::string const& hub);
    /// Makes one watch due now, and has everything about it gathered anew.
    void look_at(std::string const& key);

    /// Polls until stop(). Then waits for polls in flight no longer than `grace`, cancels them, returns.
    asio::awaitable<void> run(std::chrono::milliseconds grace);
    void stop();

    /// Book-keeping that the store does not have yet; marks it as handed out.
    [[nodiscard]] std::vector<storage::watch_record> take_unsaved();

    [[nodiscard]] std::map<std::string, std::unique_ptr<watched>> const& watches() const noexcept {
        return watches_;
    }

    [[nodiscard]] std::optional<net::steady_instant> next_due() const;

    /// How many watches of a hub there are.
    [[nodiscard]] std::size_t count(std::string const& hub) const;
    /// Rows that another process has changed: what it decided holds from the next poll on.
    void refresh(std::vector<storage::watch_record> const& rows);
    /// Book-keeping that could not be written stays to be written.
    void give_back(std::vector<storage::watch_record> const& rows);

    [[nodiscard]] std::size_t running() const noexcept { return polls_.running(); }

    /// When a poll came to its end last, well or not; the beginning before the first.
    [[nodiscard]] net::steady_instant last_finished() const noexcept { return last_finished_; }

    /// Whether a poll has gone well since the beginning.
    [[nodiscard]] bool has_succeeded() const noexcept { return has_succeeded_; }

private:
    using place = std::pair<net::steady_instant, watched*>;

    asio::awaitable<void> poll_one(watched& what);
    void start_due();
    void schedule(watched& what, net::steady_instant when);
    [[nodiscard]] net::steady_instant next_time(watched& what, poll_report const& report);
    void finish(watched& what, net::steady_instant next);
    [[nodiscard]] std::chrono::milliseconds backoff(watched const& what, error const& failure);
    [[nodiscard]] std::chrono::milliseconds jittered(watched const& what, std::chrono::milliseconds interval);
    [[nodiscard]] net::steady_instant first_time(watched const& what);
    void forget(watched& what);

    asio::any_io_executor executor_;
    std::shared_ptr<hub_map const> hubs_;
    std::shared_ptr<judge_rules const> rules_;
    store_thread& db_;
    net::clock& time_;
    gatherer& evidence_;
    schedule_limits limits_;
    poll_listener listener_;
    std::function<void(std::string const& why)> database_;
    std::map<std::string, std::unique_ptr<watched>> watches_;
    std::set<place> queue_;
    net::task_group polls_;
    net::wakeable_sleep sleep_;
    std::mt19937_64 random_{std::random_device{}()};
    net::steady_instant last_finished_{};
    bool has_succeeded_ = false;
    bool stopping_ = false;
};

} // namespace modelwatch
