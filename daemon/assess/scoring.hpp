#pragma once

#include "daemon/assess/assessment.hpp"

#include <array>
#include <vector>

namespace modelwatch::assess {

/// The outcome of every check, at the place of its id. All that a score, a rating and its floors depend on,
/// beside the rubric: an evidence vector holds nothing else.
using outcome_list = std::array<outcome_info const*, check_count>;

struct tally {
    std::array<int, dimension_count> sums{};
    std::array<int, dimension_count> known_sums{}; ///< of outcomes that were observed
    std::array<int, dimension_count> scores{};     ///< sums, held below 100
    std::array<risk_level, dimension_count> levels{};
    std::array<bool, dimension_count> principal_known{};
    int tenths = 0; ///< weighted sum, in tenths of a point: exact, then rounded once

    [[nodiscard]] double score() const noexcept { return tenths / 10.0; }

    [[nodiscard]] risk_level level_of(dimension which) const noexcept {
        return levels[static_cast<std::size_t>(which)];
    }
};

/// The weighted sum of dimension scores, in tenths of a point.
[[nodiscard]] int weighted_tenths(
    std::array<int, dimension_count> const& scores, std::array<double, dimension_count> const& weights
) noexcept;

/// Whether missing evidence of this check costs points: such checks make up the confidence.
[[nodiscard]] bool counts_for_confidence(check_info const& check) noexcept;

[[nodiscard]] tally add_up(outcome_list const& outcomes, rubric const& numbers);

/// Too little evidence: principal checks of two or more dimensions are unknown (F9).
[[nodiscard]] bool is_provisional(tally const& counted) noexcept;

/// The floors of assess.md 2.2 that hold; F1 only where it is the only one.
[[nodiscard]] std::vector<floor_hit>
floors_of(outcome_list const& outcomes, tally const& counted, rubric const& numbers);

[[nodiscard]] risk_level
rating_of(tally const& counted, std::vector<floor_hit> const& floors, rubric const& numbers);

/// Share of the applicable checks whose evidence is known. Counted are those whose missing evidence costs
/// points: not the supplementary and informational ones, and none that was not assessed.
[[nodiscard]] double confidence_of(outcome_list const& outcomes) noexcept;

} // namespace modelwatch::assess
