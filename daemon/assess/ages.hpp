#pragma once

#include "daemon/assess/evidence.hpp"
#include "daemon/assess/rubric.hpp"

#include <optional>
#include <string_view>

namespace modelwatch::assess {

/// Whole days since `then`; nullopt when it is not known, or lies in the future: a date that cannot be is no
/// evidence of freshness (publishers set the dates of their commits).
[[nodiscard]] std::optional<long> days_since(std::optional<instant> const& then, instant now) noexcept;

struct maintenance_age {
    long days = 0;
    bool at_least = false; ///< a lower bound: only the newest commit of any kind is known
};

/// Since the newest commit that touched more than the card. Where only the newest commit of any kind is
/// known, its age is a lower bound, which proves something only beyond the last limit.
[[nodiscard]] std::optional<maintenance_age>
maintenance_of(evidence const& facts, rubric const& numbers, instant now) noexcept;

// Outcome names of the checks that are about days.
[[nodiscard]] std::string_view age_outcome(long days, rubric const& numbers) noexcept;
[[nodiscard]] std::string_view maintenance_outcome(long days, rubric const& numbers) noexcept;
[[nodiscard]] std::string_view dormancy_outcome(long days, rubric const& numbers) noexcept;

[[nodiscard]] std::string day_text(instant when); ///< "2024-08-07"

} // namespace modelwatch::assess
