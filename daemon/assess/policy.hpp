#pragma once

#include "daemon/assess/assessment.hpp"
#include "daemon/model/review.hpp"
#include "daemon/model/watch.hpp"

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace modelwatch::assess {

enum class verdict { pass, warn, fail };

[[nodiscard]] std::string_view to_string(verdict value) noexcept; ///< "PASS"

/// One rule of the organisation, applied (assess.md 2.8). Rules that do not apply to a model are not listed.
struct policy_verdict {
    std::string id; ///< "policy-formal-review"
    verdict value = verdict::fail;
    std::string why;                       ///< for people; names of the hub in it: escape when shown
    std::optional<instant> accepted_until; ///< an exception is in force: "FAIL (accepted until …)"
    std::string accepted_by;
    bool unknown = false; ///< evidence is missing: no pass, and no news either
    bool asked = false;   ///< the configuration asks for this rule: it alerts, and the gate fails on it

    /// The rule is broken and nobody has accepted that.
    [[nodiscard]] bool violated() const noexcept { return value == verdict::fail && !accepted_until; }
};

/// A rule by its name. `built_in` ones are judged for every model; the others when `[policy]` sets them.
struct policy_info {
    std::string_view id;
    bool built_in = false;
    std::string_view meaning;         ///< one sentence
    std::string_view recommendations; ///< "R1"
};

[[nodiscard]] std::span<policy_info const> policies() noexcept;
[[nodiscard]] policy_info const* find_policy(std::string_view id) noexcept; ///< also "policy-licence-…"

/// `[policy]`, as far as it judges single models.
struct policy_rules {
    std::vector<std::string> require_formats; ///< formats that weights may have; empty: any
    std::vector<std::string> deny_licenses;   ///< globs over identifiers, without regard to case
    bool require_gated = false;
    bool require_review = false;
    std::optional<risk_level> max_rating;
    std::set<std::string> enforce; ///< ids of built-in policies that count as asked for
    std::optional<std::chrono::seconds> review_valid_for; ///< of new approvals; unset: by rating
    std::chrono::seconds unpatched_grace{std::chrono::days{90}};
    std::map<std::string, instant> training; ///< owner -> last trained; empty: not recorded, not judged
    std::chrono::seconds training_valid_for{std::chrono::days{365}};
};

/// What the organisation does with the model. Without it (`assess` of any repo) rules about that do not
/// apply.
struct watch_facts {
    std::string revision;
    std::string deployed; ///< commit in production, 7 to 40 digits; empty: not told
    labels tags;
    /// Formats of the weights that deployments load, as weight_formats() names them; nullopt: not known.
    std::optional<std::vector<std::string>> formats;
    std::optional<instant> outdated_since; ///< as recorded; nullopt: not recorded
};

struct policy_inputs {
    assessment const& rated;
    evidence const& facts;
    assess_context const& with; ///< what it was rated with; its `now` is the instant of judging
    policy_rules const& rules;
    std::span<review const> reviews = {}; ///< of this repo
    std::span<policy_exception const> exceptions = {};
    watch_facts const* watched = nullptr;
};

/// The commit that the rules are about: what is deployed, else what was rated. Full, as far as it is known.
[[nodiscard]] std::string commit_in_use(policy_inputs const& in);

/// Every rule that applies, in the order of policies(). Exceptions are matched to the commit in use; they
/// never turn a FAIL into a PASS. Pure.
[[nodiscard]] std::vector<policy_verdict> judge_policy(policy_inputs const& in);

} // namespace modelwatch::assess
