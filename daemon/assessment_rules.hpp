#pragma once

#include "daemon/assess/policy.hpp"
#include "daemon/assess/rubric.hpp"
#include "daemon/config/config.hpp"
#include "daemon/model/result.hpp"

#include <string>

namespace modelwatch {

/// `[rubric]` and the jurisdictions and intended use of `[policy]`. An error names place, key and the nearest
/// name where a check or an outcome does not exist.
[[nodiscard]] result<assess::rubric> make_rubric(config::settings const& settings);

/// `[policy]`, as far as it judges single models. An error names an unknown policy of `enforce`.
[[nodiscard]] result<assess::policy_rules> make_policy(config::settings const& settings);

/// Text that moves with every setting that the two above read.
[[nodiscard]] std::string assessment_basis(config::settings const& settings);

} // namespace modelwatch
