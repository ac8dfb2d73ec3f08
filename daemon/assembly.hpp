#pragma once

#include "daemon/config/config.hpp"
#include "daemon/judge.hpp"
#include "daemon/model/result.hpp"
#include "daemon/net/clock.hpp"
#include "daemon/net/http.hpp"
#include "daemon/outbox.hpp"
#include "daemon/poller.hpp"

#include <boost/asio/thread_pool.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace modelwatch {

/// What a configuration makes of the program, apart from its state: rebuilt whole on reload.
struct assembly {
    config::settings settings;
    judge_rules rules;
    hub_map hubs;
    std::vector<lane_settings> lanes;
};

/// What lives as long as the process.
struct machinery {
    asio::any_io_executor executor;
    net::system_clock time;
    std::unique_ptr<net::http_transport> transport;

    explicit machinery(asio::any_io_executor where, unsigned connections_per_hub);
    ~machinery();

    /// The thread on which a notifier's libcurl or program runs: each has its own, so that one that hangs
    /// holds up no other. The same over reloads.
    [[nodiscard]] asio::any_io_executor worker(std::string const& notifier);

private:
    std::map<std::string, asio::thread_pool> workers_;
};

/// Reads secrets and rule files and builds the parts. Every failure names the key and what to do.
[[nodiscard]] result<assembly> assemble(
    config::settings settings,
    machinery& parts,
    config::environment const& env,
    std::chrono::milliseconds group_wait
);

/// Only the rules: enough for commands that judge but do not send.
[[nodiscard]] result<judge_rules> make_rules(config::settings const& settings);

/// The most connections that any hub of a configuration may be given.
[[nodiscard]] unsigned most_connections(config::settings const& settings);

/// The clients of all configured hubs.
[[nodiscard]] result<hub_map>
make_hubs(config::settings const& settings, machinery& parts, config::environment const& env);

[[nodiscard]] result<std::vector<lane_settings>>
make_lanes(config::settings const& settings, machinery& parts, config::environment const& env);

/// "modelwatch/" and the version.
[[nodiscard]] std::string user_agent();

} // namespace modelwatch
