#pragma once

#include "daemon/assess/licenses.hpp"
#include "daemon/assess/publishers.hpp"
#include "daemon/model/change.hpp"
#include "daemon/model/watch.hpp"

#include <map>
#include <string>
#include <vector>

namespace modelwatch::assess {

/// What an event's urgency depends on besides the event (rubric, section 6.1).
struct severity_context {
    watch const& target;
    publisher_registry const& publishers;
    license_table const& licenses;
    std::map<std::string, severity> const& overrides; ///< `[policy.severity]`, by kind; wins over everything
    std::string publisher;                            ///< namespace of the repo
};

/// Labels that say that production depends on it: env = "prod" or "production".
[[nodiscard]] bool is_production(labels const& tags);

/// Nothing says which commit runs, so what the branch says now is what runs.
[[nodiscard]] bool follows_a_branch(watch const& target);

/// The default of the kind, refined by the facts in the change (6.2, 4.2), moved by the modifiers (6.1),
/// replaced by the operator's override.
[[nodiscard]] severity rate(change const& what, severity_context const& context);

/// A severity, and one sentence for each modifier or override that was applied, in that order: "Lowered from
/// critical: your deployed commit c5ebcd4 does not hold these bytes."
struct rated_severity {
    severity level;
    std::vector<std::string> reasons;
};

[[nodiscard]] rated_severity rate_with_reasons(change const& what, severity_context const& context);

/// Sets the level of a change that was just made, and says why it is not the event's own at the end of its
/// detail.
void apply_severity(change& what, severity_context const& context);

} // namespace modelwatch::assess
