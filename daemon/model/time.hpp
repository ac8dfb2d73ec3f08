#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace modelwatch {

/// Wall-clock time, UTC, to the millisecond. What is stored and exchanged.
using instant = std::chrono::sys_time<std::chrono::milliseconds>;

/// "2026-11-22T09:00:00Z" (RFC 3339, whole seconds).
[[nodiscard]] std::string to_rfc3339(instant when);

/// Reads RFC 3339 with `Z` or a numeric offset, with or without fraction ("2024-08-07T18:25:49.000Z").
/// Years 1970 to 9999; anything else is nullopt.
[[nodiscard]] std::optional<instant> from_rfc3339(std::string_view text) noexcept;

/// "90s", "15m", "1h", "180d", "2w"; a whole number and one unit. nullopt for anything else or on overflow.
[[nodiscard]] std::optional<std::chrono::seconds> parse_duration(std::string_view text) noexcept;

/// The shortest exact form: "15m", "1h", "180d", "90s".
[[nodiscard]] std::string to_duration_text(std::chrono::seconds value);

/// For people: "3 days", "2 hours", "45 seconds".
[[nodiscard]] std::string to_words(std::chrono::seconds value);

/// Whole days between two instants, never negative.
[[nodiscard]] long days_between(instant earlier, instant later) noexcept;

} // namespace modelwatch
