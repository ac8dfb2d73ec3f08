#pragma once

#include "daemon/assess/policy.hpp"
#include "daemon/assess/subject.hpp"

#include <string_view>

namespace modelwatch::assess {

/// One model as the policies see it.
struct policy_subject {
    explicit policy_subject(policy_inputs const& given)
        : in{given}
        , model{given.facts, given.with}
        , commit{commit_in_use(given)}
        , reviewed{latest_review(given.reviews, commit)} {}

    policy_inputs const& in;
    subject model;
    std::string commit;     ///< in use
    review const* reviewed; ///< the verdict that counts for it; nullptr: none

    [[nodiscard]] instant now() const noexcept { return in.with.now; }

    [[nodiscard]] bool is_approved() const noexcept {
        return reviewed != nullptr && in_force(*reviewed, now());
    }

    [[nodiscard]] std::string_view outcome(check_id check) const { return in.rated.of(check).outcome->name; }

    [[nodiscard]] std::string const& proof_of(check_id check) const {
        return in.rated.of(check).evidence.text();
    }
};

/// What a rule says; the caller fills in the rest.
struct ruling {
    verdict value = verdict::fail;
    std::string why;
    bool unknown = false;
};

[[nodiscard]] inline ruling passes(std::string why) {
    return {verdict::pass, std::move(why), false};
}

[[nodiscard]] inline ruling warns(std::string why) {
    return {verdict::warn, std::move(why), false};
}

[[nodiscard]] inline ruling fails(std::string why) {
    return {verdict::fail, std::move(why), false};
}

/// Not known: never a pass. `as` is what counts meanwhile.
[[nodiscard]] inline ruling not_known(verdict as, std::string why) {
    return {as, std::move(why), true};
}

// The rules; nullopt: it does not apply.
[[nodiscard]] std::optional<ruling> judge_formal_review(policy_subject const& it);
[[nodiscard]] std::optional<ruling> judge_safetensors(policy_subject const& it);
[[nodiscard]] std::optional<ruling> judge_authenticated_source(policy_subject const& it);
[[nodiscard]] std::optional<ruling> judge_tprm(policy_subject const& it);
[[nodiscard]] std::optional<ruling> judge_unpatched(policy_subject const& it);
[[nodiscard]] std::optional<ruling> judge_pinned(policy_subject const& it);
[[nodiscard]] std::optional<ruling> judge_license_commercial(policy_subject const& it);
[[nodiscard]] std::optional<ruling> judge_awareness(policy_subject const& it);
[[nodiscard]] std::optional<ruling> judge_require_review(policy_subject const& it);
[[nodiscard]] std::optional<ruling> judge_require_formats(policy_subject const& it);
[[nodiscard]] std::optional<ruling> judge_deny_licenses(policy_subject const& it);
[[nodiscard]] std::optional<ruling> judge_require_gated(policy_subject const& it);
[[nodiscard]] std::optional<ruling> judge_max_rating(policy_subject const& it);

} // namespace modelwatch::assess
