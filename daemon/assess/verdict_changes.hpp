#pragma once

#include "daemon/assess/event_severity.hpp"
#include "daemon/assess/policy.hpp"
#include "daemon/assess/rating_course.hpp"
#include "daemon/model/change.hpp"

#include <span>
#include <string>
#include <vector>

namespace modelwatch::assess {

/// Everything that the alerts about an assessment follow from. All of it is of one instant.
struct verdict_inputs {
    watch const& target;
    evidence const& facts;
    assessment const& rated;
    std::vector<policy_verdict> const& verdicts; ///< of judge_policy
    policy_inputs const& judged;                 ///< what they were judged with
    rating_record const& course;                 ///< of follow_rating, this poll included
    std::string baseline_commit;                 ///< empty: no baseline yet
    severity_context const& urgency;
    /// Changes of the watch's open alerts, of whatever kinds. What cannot be told now stays as it is there.
    std::span<change const> standing = {};
    bool advisories_incomplete = false; ///< a file of the feed could not be read: no advisory ends
};

/// Alerts as changes, rated: superseded (own and upstream drift, dedupe "via:BASE"), license-mismatch, gate
/// and scan of a base (gating-changed, hub-scan-flagged with "via"), advisory (dedupe: its id),
/// review-missing, review-expired, policy-violation (dedupe: policy id) for rules that the configuration asks
/// for, rating-worsened, and publisher-changed by the registry (dedupe "registry"). Complete for these: what
/// is not listed no longer holds. Where only time has moved the words of a standing change are kept. Pure.
[[nodiscard]] std::vector<change> verdict_changes(verdict_inputs const& in);

/// Kinds of which verdict_changes() knows everything, so that their alerts may resolve. gating-changed,
/// hub-scan-flagged and publisher-changed are shared with diff::compare: judge both lists together.
[[nodiscard]] bool verdict_covers(alert_kind kind) noexcept;

/// Adds to `stale` and `outdated`, as diff::compare made them, what the assessment knows of a way out: the
/// successor, its license beside the present one, and why it is one.
void add_way_out(std::vector<change>& changes, evidence const& facts, publisher_registry const& publishers);

} // namespace modelwatch::assess
