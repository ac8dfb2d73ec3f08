#pragma once

#include "daemon/model/alert.hpp"
#include "daemon/model/silence.hpp"

#include <span>

namespace modelwatch::alerting {

/// Whether a silence means an alert, whatever the time: repo and kind match its globs, all its labels are
/// the alert's. An alert about the monitor has no repo and no labels; only "*" matches it.
[[nodiscard]] bool means(silence const& entry, alert const& about);

/// The silence in force that means the alert and lasts longest; nullptr: none. `newer_than`: only those that
/// were given later count.
[[nodiscard]] silence const* covering(
    std::span<silence const> silences,
    alert const& entry,
    instant now,
    std::optional<instant> newer_than = std::nullopt
);

/// Brings the state of an open or silenced alert in line with the silences in force. `level_before` is its
/// severity before what it has to say now.
///
/// The rule of escalation: a silence covers what is known when it is given and what is like it. An alert that
/// grows to `critical` from below breaks through and stays open, whatever was in force then; any other change
/// for the worse is kept back until the silence ends. An alert that is critical from its beginning is
/// silenced: the operator has asked for that.
void follow_silences(alert& entry, std::span<silence const> silences, severity level_before, instant now);

} // namespace modelwatch::alerting
