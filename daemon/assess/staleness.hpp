#pragma once

#include "daemon/assess/scoring.hpp"

#include <string>
#include <vector>

namespace modelwatch::assess {

/// How far a model has aged, and why, for people (assess.md 3.1).
struct aged {
    staleness state = staleness::unknown;
    std::vector<std::string> reasons; ///< "superseded: declared successor tiiuae/falcon-11B"
};

/// From the findings alone. What proves that it is outdated counts even where the principal date is missing.
[[nodiscard]] aged
judge_age(outcome_list const& outcomes, tally const& counted, std::vector<finding> const& findings);

} // namespace modelwatch::assess
