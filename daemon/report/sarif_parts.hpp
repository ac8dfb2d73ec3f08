#pragma once

#include "daemon/report/report.hpp"

#include <string>
#include <string_view>

/// Pieces of the SARIF document.
namespace modelwatch::report {

/// How grave a result is: SARIF's level, and the number by which code hosts sort, 0 to 10 as in CVSS.
struct gravity {
    std::string_view level; ///< "error", "warning", "note"
    double security = 0;
};

/// By points, like the tiers of assess.md 2.1. Code that loading runs is graver than its points, which
/// weigh it against everything else: it is what an attacker would use.
[[nodiscard]] gravity gravity_of(assess::finding const& one) noexcept;
[[nodiscard]] gravity gravity_of(assess::policy_verdict const& one) noexcept;

/// "8.0".
[[nodiscard]] std::string security_text(gravity const& how);

/// The checks and then the policies, each as grave as what this model shows.
[[nodiscard]] json::array sarif_rules(subject const& model);

/// Whether a policy makes a result: it is broken, or nobody could tell.
[[nodiscard]] bool is_policy_result(assess::policy_verdict const& one) noexcept;

/// Place of a policy among the rules; nullopt: it has none.
[[nodiscard]] std::optional<std::size_t> sarif_rule_index(std::string_view policy) noexcept;

[[nodiscard]] json::array sarif_tags(assess::check_info const& about);

} // namespace modelwatch::report
