#include "daemon/assess/staleness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace modelwatch::assess {

namespace {

struct proof_of_age {
    check_id check;
    std::string_view outcome;
    std::string_view words;
};

constexpr auto outdated = std::to_array<proof_of_age>(
    {{check_id::version_eol, "past", "end of life"},
     {check_id::access_disabled, "disabled", "end of life"},
     {check_id::version_superseded, "one", "superseded"},
     {check_id::version_superseded, "many", "superseded"},
     {check_id::version_maintenance, "abandoned", "unmaintained"},
     {check_id::version_advisory, "medium", "open advisory"},
     {check_id::version_advisory, "high", "open advisory"}}
);

constexpr std::array<std::string_view, 4> names{"current", "ageing", "outdated", "unknown"};

std::string evidence_of(std::vector<finding> const& findings, check_id check) {
    auto const found =
        std::find_if(findings.begin(), findings.end(), [&](auto const& one) { return one.check == check; });
    return found == findings.end() ? std::string{} : found->evidence.text();
}

/// What each timeliness check costs, gravest first, for a level that no single check explains.
std::vector<std::string> costs(std::vector<finding> const& findings) {
    std::vector<finding const*> all;
    for (auto const& one : findings) {
        if (info(one.check).about == dimension::timeliness && one.points > 0) all.push_back(&one);
    }
    std::sort(all.begin(), all.end(), [](auto const* a, auto const* b) {
        return a->points != b->points ? a->points > b->points : a->check < b->check;
    });
    std::vector<std::string> out;
    for (auto const* const one : all)
        out.push_back(one->evidence.text());
    return out;
}

} // namespace

std::string_view to_string(staleness value) noexcept {
    return names[static_cast<std::size_t>(value)];
}

aged judge_age(outcome_list const& outcomes, tally const& counted, std::vector<finding> const& findings) {
    aged out;
    auto const level = counted.level_of(dimension::timeliness);
    for (auto const& proof : outdated) {
        if (outcomes[static_cast<std::size_t>(proof.check)]->name != proof.outcome) continue;
        out.reasons.push_back(fmt::format("{}: {}", proof.words, evidence_of(findings, proof.check)));
    }
    if (level == risk_level::high) out.reasons.emplace_back("version timeliness is High");
    if (!out.reasons.empty()) {
        out.state = staleness::outdated;
        return out;
    }
    if (!counted.principal_known[static_cast<std::size_t>(dimension::timeliness)]) {
        out.reasons.push_back(evidence_of(findings, check_id::version_maintenance));
        return out;
    }
    out.state = level >= risk_level::medium ? staleness::ageing : staleness::current;
    if (out.state == staleness::ageing) out.reasons = costs(findings);
    return out;
}

} // namespace modelwatch::assess
