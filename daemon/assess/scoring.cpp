#include "daemon/assess/scoring.hpp"

#include <algorithm>
#include <cmath>

namespace modelwatch::assess {

namespace {

constexpr int cap = 100;
constexpr long weight_scale = 10'000; // weights to four decimals, so that 0.15 x 50 is exactly 7.5

} // namespace

int weighted_tenths(
    std::array<int, dimension_count> const& scores, std::array<double, dimension_count> const& weights
) noexcept {
    long sum = 0;
    for (std::size_t at = 0; at < dimension_count; ++at)
        sum += std::lround(weights[at] * weight_scale) * scores[at];
    constexpr long tenth = weight_scale / 10;
    return static_cast<int>(std::min<long>((sum + tenth / 2) / tenth, cap * 10));
}

/// Missing evidence of the others costs nothing, so having it gives no confidence either.
bool counts_for_confidence(check_info const& check) noexcept {
    return std::any_of(check.outcomes.begin(), check.outcomes.end(), [](outcome_info const& outcome) {
        return outcome.state == outcome_state::unknown && outcome.points > 0 && outcome.name != "unread";
    });
}

tally add_up(outcome_list const& outcomes, rubric const& numbers) {
    tally out;
    for (auto const& check : checks()) {
        auto const& outcome = *outcomes[static_cast<std::size_t>(check.id)];
        auto const at = static_cast<std::size_t>(check.about);
        auto const points = numbers.points_of(check, outcome);
        out.sums[at] += points;
        if (outcome.state == outcome_state::known) out.known_sums[at] += points;
        if (check.principal) out.principal_known[at] = outcome.state == outcome_state::known;
    }
    for (std::size_t at = 0; at < dimension_count; ++at) {
        out.scores[at] = std::min(out.sums[at], cap);
        out.levels[at] = numbers.level_of(out.scores[at]);
    }
    out.tenths = weighted_tenths(out.scores, numbers.weights);
    return out;
}

bool is_provisional(tally const& counted) noexcept {
    return std::count(counted.principal_known.begin(), counted.principal_known.end(), false) >= 2;
}

double confidence_of(outcome_list const& outcomes) noexcept {
    int known = 0;
    int applicable = 0;
    for (auto const& check : checks()) {
        auto const state = outcomes[static_cast<std::size_t>(check.id)]->state;
        bool const applies = state == outcome_state::known || state == outcome_state::unknown;
        if (!applies || !counts_for_confidence(check)) continue;
        ++applicable;
        if (state == outcome_state::known) ++known;
    }
    return applicable == 0 ? 0.0 : static_cast<double>(known) / applicable;
}

} // namespace modelwatch::assess
