#pragma once

#include "daemon/accounts.hpp"
#include "daemon/assembly.hpp"
#include "daemon/fleet.hpp"
#include "daemon/front.hpp"
#include "daemon/heartbeat.hpp"
#include "daemon/hub_health.hpp"
#include "daemon/metrics.hpp"
#include "daemon/outbox.hpp"
#include "daemon/reporter.hpp"
#include "daemon/scheduler.hpp"
#include "daemon/service_manager.hpp"
#include "daemon/store_watch.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <functional>
#include <memory>
#include <set>

namespace modelwatch {

/// Reads the configuration again, for SIGHUP.
using reloader = std::function<config::outcome()>;

/// The long-running program: owns the loops, the signals and the order of stopping.
class service {
public:
    service(
        asio::io_context& loop,
        asio::signal_set& signals,
        machinery& parts,
        store_thread& db,
        reloader reload,
        config::environment env
    );

    /// Takes a configuration over, whole or not at all.
    [[nodiscard]] result<void> apply(config::settings settings);

    /// Runs until a signal ends it. 0: stopped cleanly; 3: a loop died (the reason is logged).
    [[nodiscard]] int run();

private:
    asio::awaitable<void> main_loop();
    asio::awaitable<void> finish(net::task_group& loops, net::task_group& signals);
    asio::awaitable<void> watch_signals();
    asio::awaitable<void> keep_house();
    asio::awaitable<void> follow_account(account_watch account, std::uint64_t generation);
    asio::awaitable<void> on_poll(watched& what, poll_report const& report);
    void note_line(std::string const& hub);
    asio::awaitable<void> judge_failure(watched const& what, poll_report const& report);
    asio::awaitable<void> save_book_keeping();
    asio::awaitable<void> mind_alerts();
    asio::awaitable<bool> state_is_lost();
    asio::awaitable<void> heed_others();
    asio::awaitable<void> take_watches();
    void begin_stop(std::string_view why);
    asio::awaitable<void> serve_reloads();
    asio::awaitable<void> reload();
    asio::awaitable<bool> take_over_configuration();
    void tell_of_fixed_secrets() const;
    asio::awaitable<pulse> feel_pulse();
    asio::awaitable<void> round_of_upkeep();
    void open_front();
    void count_poll(watched const& what, poll_report const& report);
    asio::awaitable<void> show(watched const& what, poll_report const& report);
    asio::awaitable<void> show_all();
    void tell_manager();

    asio::io_context& loop_;
    asio::signal_set& signals_;
    machinery& parts_;
    store_thread& db_;
    reloader reload_;
    config::environment env_;
    std::shared_ptr<assembly> now_; ///< what is in force
    std::shared_ptr<judge_rules const> rules_;
    std::shared_ptr<hub_map const> hubs_;
    gatherer evidence_;
    std::unique_ptr<scheduler> scheduler_;
    service_manager manager_;
    metrics metrics_;
    store_watch state_;
    looks looks_;
    fleet fleet_;
    std::unique_ptr<front> front_;
    outbox outbox_;
    reporter reporter_;
    heartbeat heartbeat_;
    hub_health health_;
    std::set<std::string> hubs_down_;
    std::set<std::string> hubs_spared_; ///< that only fail, and are asked ever less often
    net::task_group tasks_;
    net::wakeable_sleep house_sleep_;
    net::wakeable_sleep reload_sleep_;
    net::steady_instant next_minding_{};
    net::steady_instant next_prune_{};
    std::int64_t outside_changes_ = 0;
    std::uint64_t generation_ = 0; ///< of the configuration; old account followers end when it moves
    bool reload_wanted_ = false;
    bool stopping_ = false;
    int exit_code_ = 0;
};

} // namespace modelwatch
