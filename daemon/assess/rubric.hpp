#pragma once

#include "daemon/assess/check.hpp"

#include <array>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace modelwatch::assess {

inline constexpr std::string_view rubric_version = "1.0";

/// The numbers of assess.md 2: version 1.0 by default, every one of them configuration (`[rubric]`). What
/// differs from the default shows in every result.
struct rubric {
    std::array<double, dimension_count> weights{0.15, 0.10, 0.25, 0.30, 0.20}; ///< sum 1
    std::array<double, 4> bounds{15, 30, 45, 60}; ///< below the first is Low, from the last on High
    std::map<std::string, int> points; ///< "access-gating.auto" -> points instead of the table's, 0 to 100
    std::array<std::chrono::days, 3> age_limits{
        std::chrono::days{180}, std::chrono::days{365}, std::chrono::days{730}
    };
    std::uint64_t popular_downloads = 10'000; ///< publisher-blast-radius
    std::set<std::string> floors_off;         ///< "F7"
    std::vector<std::string> home_jurisdictions;
    std::vector<std::string> trusted_jurisdictions;
    std::vector<std::string> elevated_jurisdictions;
    bool commercial_use = true; ///< the intended use, for F8

    /// "1.0"; "1.0+" and eight hex digits over what differs, when something does.
    [[nodiscard]] std::string label() const;
    /// "weights.access = 0.2 (default 0.15)" …: what differs, for people. Jurisdiction lists are part of it.
    [[nodiscard]] std::vector<std::string> differences() const;
    /// Held inside 0 to 100; unknown evidence of a principal check always costs something.
    [[nodiscard]] int points_of(check_info const& check, outcome_info const& outcome) const;
    [[nodiscard]] risk_level level_of(double score) const noexcept; ///< how many bounds it reaches
};

} // namespace modelwatch::assess
