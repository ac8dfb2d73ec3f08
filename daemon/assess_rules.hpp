#pragma once

#include "daemon/assess/policy.hpp"
#include "daemon/assess/rubric.hpp"
#include "daemon/config/config.hpp"
#include "daemon/model/result.hpp"

namespace modelwatch {

/// The configuration's words for rating and policy, as those who rate and judge understand them.
struct assess_rules {
    assess::rubric numbers;
    assess::policy_rules policy;
};

/// An error names the place of a check, outcome or policy that does not exist, and the nearest that does.
[[nodiscard]] result<assess_rules> make_assess_rules(config::settings const& settings);

} // namespace modelwatch
