#pragma once

#include "daemon/assess/scoring.hpp"

#include <optional>
#include <string>

namespace modelwatch::assess {

/// What the vector spells out beside the outcomes' names.
struct vector_details {
    std::string license;                  ///< as the card names it; empty: nothing
    std::optional<long> age_days;         ///< of version-age, where it is known
    std::optional<long> maintenance_days; ///< of version-maintenance, likewise
};

/// "MSC:1.0/AG:no/…": every scored check's code and outcome in the order of checks(), from which anybody can
/// compute score and rating again. `AL` (age limits) and `CU:no` (no commercial use) stand behind the
/// rubric's label where they are not the default.
[[nodiscard]] std::string
write_vector(outcome_list const& outcomes, vector_details const& details, rubric const& numbers);

} // namespace modelwatch::assess
