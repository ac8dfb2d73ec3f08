#include "daemon/assess/policy.hpp"

#include "daemon/assess/policy_subject.hpp"

#include <algorithm>
#include <array>

namespace modelwatch::assess {

namespace {

struct rule {
    policy_info info;
    std::optional<ruling> (*judge)(policy_subject const&);
};

/// The only place that knows all rules. What `[policy]` sets follows what is built in.
constexpr auto rules = std::to_array<rule>({
    {{"policy-formal-review", true, "The commit in use has passed a formal review that still holds.", "R1"},
     judge_formal_review},
    {{"policy-safetensors",
      true,
      "Loading the model runs no foreign code: a safe format, scanned, and custom code reviewed.",
      "R2"},
     judge_safetensors},
    {{"policy-authenticated-source", true, "The model comes from behind its publisher's access control.", "R3"
     },
     judge_authenticated_source},
    {{"policy-tprm", true, "The publisher has passed a third-party review that still holds.", "R4"},
     judge_tprm},
    {{"policy-unpatched", true, "An outdated model is replaced within the grace period.", "R5"},
     judge_unpatched},
    {{"policy-pinned", true, "Production loads a commit, not whatever a branch points at.", "R5"},
     judge_pinned},
    {{"policy-license-commercial", true, "The license permits the intended, commercial use.", "R1"},
     judge_license_commercial},
    {{"policy-awareness", true, "Whoever answers for the model was trained within a year.", "R6"},
     judge_awareness},
    {{"policy-require-review", false, "[policy] require_review: only commits that were approved.", "R1"},
     judge_require_review},
    {{"policy-require-formats", false, "[policy] require_formats: only these formats of weights.", "R2"},
     judge_require_formats},
    {{"policy-deny-licenses", false, "[policy] deny_licenses: none of these licenses.", "R1"},
     judge_deny_licenses},
    {{"policy-require-gated", false, "[policy] require_gated: only models behind access control.", "R3"},
     judge_require_gated},
    {{"policy-max-rating", false, "[policy] max_rating: no worse rating than this.", "R1"}, judge_max_rating},
});

constexpr auto infos = [] {
    std::array<policy_info, rules.size()> out{};
    for (std::size_t i = 0; i < rules.size(); ++i)
        out[i] = rules[i].info;
    return out;
}();

void apply_exception(policy_subject const& it, policy_verdict& out) {
    if (out.value != verdict::fail) return;
    auto const* const granted = exception_in_force(it.in.exceptions, out.id, it.commit, it.now());
    if (granted == nullptr) return;
    out.accepted_until = granted->until;
    out.accepted_by = granted->approved_by;
}

} // namespace

std::string_view to_string(verdict value) noexcept {
    constexpr std::array<std::string_view, 3> names{"PASS", "WARN", "FAIL"};
    return names[static_cast<std::size_t>(value)];
}

std::span<policy_info const> policies() noexcept {
    return infos;
}

policy_info const* find_policy(std::string_view id) noexcept {
    if (id == "policy-licence-commercial") id = "policy-license-commercial";
    auto const found =
        std::find_if(infos.begin(), infos.end(), [&](auto const& one) { return one.id == id; });
    return found == infos.end() ? nullptr : &*found;
}

std::string commit_in_use(policy_inputs const& in) {
    auto const& rated = in.rated.commit();
    if (in.watched == nullptr || in.watched->deployed.empty()) return rated;
    auto const& deployed = in.watched->deployed;
    if (rated.starts_with(deployed)) return rated;
    // An abbreviated commit means one that was reviewed, if only one fits.
    std::set<std::string> fitting;
    for (auto const& one : in.reviews) {
        if (one.commit.starts_with(deployed)) fitting.insert(one.commit);
    }
    return fitting.size() == 1 ? *fitting.begin() : deployed;
}

std::vector<policy_verdict> judge_policy(policy_inputs const& in) {
    policy_subject const it{in};
    std::vector<policy_verdict> out;
    for (auto const& one : rules) {
        auto said = one.judge(it);
        if (!said) continue;
        policy_verdict made;
        made.id = one.info.id;
        made.value = said->value;
        made.why = std::move(said->why);
        made.unknown = said->unknown;
        made.asked = !one.info.built_in || in.rules.enforce.contains(made.id);
        apply_exception(it, made);
        out.push_back(std::move(made));
    }
    return out;
}

} // namespace modelwatch::assess
