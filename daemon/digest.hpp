#pragma once

#include "daemon/assembly.hpp"
#include "storage/store.hpp"

namespace modelwatch {

/// The digest's payload (alerting::compose_digest), built from the state at `now`: its period begins at the
/// last slot that was taken, or a week ago.
[[nodiscard]] json::object digest_now(storage::store& db, assembly const& how, instant now);

/// The same for a command that has no hubs and no lanes.
[[nodiscard]] json::object
digest_now(storage::store& db, config::settings const& settings, judge_rules const& rules, instant now);

} // namespace modelwatch
