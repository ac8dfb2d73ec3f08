#pragma once

#include "daemon/alerting/desk.hpp"

#include <span>

namespace modelwatch::alerting {

/// What time alone does to alerts:
/// - an acknowledgement with an end has reached it: the alert is open again and told once more;
/// - a silence is over: the alerts that it held are open again, and what it kept back (a beginning, a change
///   for the worse, an end) is told now;
/// - something that came and went has stayed away long enough: it is resolved;
/// - an open alert, at least high, was last told `remind_after` ago: a reminder.
/// Each alert is told at most once by one call. Re-running it with its own outcome gives an empty decision.
[[nodiscard]] decision
pass_time(std::span<alert const> alerts, std::span<silence const> silences, rules const& how, instant now);

/// Puts the open alerts that a new silence means under it, and those that an older one holds for less long.
/// Tells nobody.
[[nodiscard]] decision
begin_silence(std::span<alert const> alerts, std::span<silence const> silences, instant now);

} // namespace modelwatch::alerting
