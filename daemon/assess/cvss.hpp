#pragma once

#include <optional>
#include <string_view>

namespace modelwatch::assess {

/// The base score of a CVSS vector of version 3.0 or 3.1 (first.org, "CVSS v3.1 Specification", 7.1): 0
/// to 10. nullopt: not one, or a metric of the base group is missing, unknown or given twice. Vectors of
/// version 4 cannot be computed from a formula and are not read.
[[nodiscard]] std::optional<double> cvss3_score(std::string_view vector);

} // namespace modelwatch::assess
