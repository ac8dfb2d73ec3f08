#pragma once

#include "daemon/config/schedule.hpp"
#include "daemon/model/time.hpp"

#include <optional>
#include <string>

namespace modelwatch::config {

// A slot is a calendar day that a schedule names, at its time in a zone of the IANA database: one per day,
// whatever the clocks do that night. A time that does not exist (the clocks go forward over it) is the first
// instant after the gap; of a time that exists twice the first counts. Both throw std::runtime_error for a
// zone that this host does not know.

/// The first slot after an instant.
[[nodiscard]] instant next_slot(weekly_schedule const& schedule, std::string const& zone, instant after);

/// The latest slot after `after` and not after `now`; nullopt: none. Of several that were missed it is the
/// one that counts.
[[nodiscard]] std::optional<instant>
due_slot(weekly_schedule const& schedule, std::string const& zone, instant after, instant now);

} // namespace modelwatch::config
