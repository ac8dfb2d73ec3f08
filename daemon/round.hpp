#pragma once

#include "daemon/accounts.hpp"
#include "daemon/assembly.hpp"
#include "daemon/hub_health.hpp"
#include "daemon/outbox.hpp"
#include "daemon/poller.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace modelwatch {

/// What one round over the watches found out.
struct round_report {
    struct failed_watch {
        std::string repo;
        std::string revision; ///< empty for an account
        std::string hub;
        std::string error;
    };

    std::size_t checked = 0; ///< watches that were polled, well or not
    std::vector<failed_watch> failed;
    std::map<std::string, std::string> details; ///< by the watch's key: what was odd about a good answer
    std::vector<alert>
        touched; ///< opened, updated or resolved in this round; each alert once, its last state
    std::vector<watch> watches; ///< those that were to be polled, account models included
    bool interrupted = false;   ///< by stop(): not all were polled, and nothing was sent
    std::string unsent;         ///< why messages could not be taken from the database; empty: all was well
};

/// `check`: every watch once, through the same poll, judgement, store and outbox as the daemon.
class round {
public:
    round(machinery& parts, store_thread& db, std::shared_ptr<assembly> how);

    /// `only`: watches to poll; `accounts`: to be listed first, their models are polled too; `whole`: these
    /// are all that are configured, so that the round may judge the hubs.
    /// Hears how many of all watches have been polled.
    void listen(std::function<void(std::size_t done, std::size_t total)> heard) {
        progress_ = std::move(heard);
    }

    /// Ends it soon: nothing new is begun, and what was found is kept.
    void stop();

    asio::awaitable<round_report>
    run(std::vector<watch> only, std::vector<account_watch> accounts, bool whole, bool deliver);

private:
    asio::awaitable<void> list_accounts(std::vector<account_watch> accounts);
    asio::awaitable<void> poll_all();
    asio::awaitable<void> poll_one(watched& what);
    asio::awaitable<void> judge_failures();
    asio::awaitable<void> mind_alerts();
    [[nodiscard]] std::size_t configured(std::string const& hub) const;
    [[nodiscard]] hub_health::state health(std::string const& hub) const;
    [[nodiscard]] std::string failure_of(std::string const& hub) const;
    asio::awaitable<void> finish_books();
    asio::awaitable<void> send();
    void note(std::vector<alert> const& touched);

    machinery& parts_;
    store_thread& db_;
    std::shared_ptr<assembly> how_;
    std::vector<std::unique_ptr<watched>> watches_;
    std::map<std::string, error> failures_; ///< by watch key
    std::set<std::string> polled_;          ///< watch keys
    std::function<void(std::size_t, std::size_t)> progress_;
    gatherer evidence_;
    hub_health health_;
    round_report report_;
    net::task_group tasks_;
    net::wakeable_sleep slot_;
    net::steady_instant begun_{};
    bool whole_ = false;
    outbox* sender_ = nullptr;  ///< while it sends
    std::exception_ptr broken_; ///< a disk or a bug: ends the round
};

} // namespace modelwatch
