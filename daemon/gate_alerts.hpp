#pragma once

#include "daemon/judge.hpp"

#include <string>
#include <vector>

namespace modelwatch {

/// Why a commit must not be deployed, as far as alerts and advisories say: whatever makes its bytes
/// untrustworthy or its repo unreachable, acknowledged and silenced alerts included. Each reason names its
/// alert. `targets` are the watches of one repo on one hub.
[[nodiscard]] std::vector<std::string> alerts_against(
    storage::store& db,
    judge_rules const& rules,
    std::vector<watch> const& targets,
    std::string const& commit,
    instant now
);

} // namespace modelwatch
