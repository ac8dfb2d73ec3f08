#pragma once

#include "daemon/config/config.hpp"
#include "daemon/model/json.hpp"
#include "storage/store.hpp"

#include <span>
#include <vector>

namespace modelwatch {

/// What stands after a round over some watches. `check` says it, whether it looked itself or asked the daemon
/// to.
struct check_outcome {
    json::array models;
    bool urgent = false; ///< an open, unacknowledged alert at or above the level: new or not
};

[[nodiscard]] check_outcome what_stands(
    config::settings const& settings,
    storage::store& db,
    std::vector<watch> const& watches,
    severity fail_on,
    instant now
);

/// Whether open, unacknowledged alerts at or above a level exist.
[[nodiscard]] bool any_open(std::span<alert const> alerts, severity at_least, instant now);

} // namespace modelwatch
