#pragma once

#include "daemon/assembly.hpp"
#include "daemon/fleet.hpp"
#include "daemon/http/site.hpp"
#include "daemon/looks.hpp"
#include "daemon/metrics.hpp"
#include "daemon/scheduler.hpp"
#include "daemon/store_thread.hpp"
#include "daemon/store_watch.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace modelwatch {

/// What the endpoints answer from. Everything outlives the server.
struct api_deps {
    store_thread& db;
    net::clock& time;
    metrics& counts;
    store_watch& state;
    fleet& models;
    scheduler& polls;
    looks& asked;                                         ///< what `check` waits for
    std::function<std::shared_ptr<assembly const>()> now; ///< what is in force
    std::function<void()> changed;                        ///< messages may be waiting, watches may have moved
    std::string token = {};                               ///< that changes need; empty: none is configured
    std::string local_token = {}; ///< what who may open the state directory can bring instead
};

/// The site map (contract 5): page, API, metrics, signs of life, the hub's webhooks.
[[nodiscard]] std::vector<http::endpoint> endpoints(api_deps deps);

} // namespace modelwatch
