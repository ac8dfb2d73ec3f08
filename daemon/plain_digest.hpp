#pragma once

#include "daemon/model/json.hpp"
#include "storage/store.hpp"

namespace modelwatch {

/// A digest of the alert desk alone: what is open, acknowledged and silenced, the gravest first; one line
/// when all is well. Payload of a message: "subject", "text", "alerts" (the contract's shape).
[[nodiscard]] json::object plain_digest(storage::store& db, instant slot, instant now);

} // namespace modelwatch
