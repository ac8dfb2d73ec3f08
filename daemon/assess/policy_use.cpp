// Policies about what the organisation does with a model: review, pinning, patching, training.

#include "daemon/assess/event_severity.hpp"
#include "daemon/assess/policy_subject.hpp"
#include "daemon/model/commit_id.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace modelwatch::assess {

namespace {

constexpr std::chrono::days review_due{30};

std::string day_of(instant when) {
    return to_rfc3339(when).substr(0, 10);
}

std::string name_of_commit(std::string const& commit) {
    return commit.empty() ? std::string{"a commit that is not known"} : std::string{short_commit(commit)};
}

/// When the model became outdated, as far as anything proves it.
std::optional<instant> outdated_since(policy_subject const& it) {
    auto since = it.in.watched != nullptr ? it.in.watched->outdated_since : std::nullopt;
    if (it.outcome(check_id::version_maintenance) != "abandoned" || !it.in.facts.model_changed_at)
        return since;
    auto const abandoned = *it.in.facts.model_changed_at + it.in.with.numbers.age_limits[2];
    return since ? std::min(*since, instant{abandoned}) : instant{abandoned};
}

std::string owner_of(labels const& tags) {
    for (auto const* name : {"owner", "team"}) {
        auto const found = tags.find(name);
        if (found != tags.end()) return found->second;
    }
    return {};
}

} // namespace

std::optional<ruling> judge_formal_review(policy_subject const& it) {
    auto const commit = name_of_commit(it.commit);
    if (it.reviewed == nullptr) return fails(fmt::format("no formal review of {} is on record", commit));
    auto const& said = *it.reviewed;
    if (said.verdict == review_verdict::reject) {
        return fails(
            fmt::format("{} was rejected by {} on {}: {}", commit, said.by, day_of(said.at), said.reason)
        );
    }
    if (!said.until) return warns(fmt::format("{} was approved by {}, without an end date", commit, said.by));
    auto const end = day_of(*said.until);
    if (!in_force(said, it.now()))
        return fails(fmt::format("the approval of {} by {} expired on {}", commit, said.by, end));
    auto const text = fmt::format("{} was approved by {} until {}", commit, said.by, end);
    return *said.until - it.now() <= review_due ? warns(text + ": a new review is due") : passes(text);
}

std::optional<ruling> judge_unpatched(policy_subject const& it) {
    auto const state = it.in.rated.age();
    auto const reasons = fmt::format("{}", fmt::join(it.in.rated.staleness_reasons(), "; "));
    if (state == staleness::unknown)
        return not_known(verdict::warn, "whether it is outdated is not known: " + reasons);
    if (state != staleness::outdated) return passes(fmt::format("it is {}", to_string(state)));
    auto const since = outdated_since(it);
    if (!since)
        return warns(fmt::format("outdated ({}); since when is not recorded, the grace begins now", reasons));
    auto const end = *since + it.in.rules.unpatched_grace;
    auto const text = fmt::format("outdated since {} ({})", day_of(*since), reasons);
    if (it.now() <= end) return warns(fmt::format("{}; the grace ends on {}", text, day_of(end)));
    return fails(fmt::format("{}; the grace of {} is over", text, to_words(it.in.rules.unpatched_grace)));
}

std::optional<ruling> judge_pinned(policy_subject const& it) {
    auto const* const watched = it.in.watched;
    if (watched == nullptr || !is_production(watched->tags)) return std::nullopt;
    if (!watched->deployed.empty())
        return passes(fmt::format("production runs commit {}", short_commit(watched->deployed)));
    if (is_full_commit(watched->revision))
        return passes(fmt::format("pinned to commit {}", short_commit(watched->revision)));
    return fails(fmt::format(
        "production follows {}, which can point at other bytes at any time: pin a full commit, or say in "
        "`deployed` what runs",
        watched->revision
    ));
}

std::optional<ruling> judge_awareness(policy_subject const& it) {
    auto const& rules = it.in.rules;
    if (it.in.watched == nullptr || rules.training.empty()) return std::nullopt;
    auto const owner = owner_of(it.in.watched->tags);
    if (owner.empty()) return not_known(verdict::warn, "no owner is named (label `owner` or `team`)");
    auto const found = rules.training.find(owner);
    if (found == rules.training.end())
        return not_known(verdict::warn, fmt::format("no training of {} is on record", owner));
    auto const text = fmt::format("{} was trained on {}", owner, day_of(found->second));
    if (it.now() - found->second > rules.training_valid_for)
        return warns(fmt::format("{}, longer ago than {}", text, to_words(rules.training_valid_for)));
    return passes(text);
}

std::optional<ruling> judge_require_review(policy_subject const& it) {
    if (!it.in.rules.require_review) return std::nullopt;
    auto said = judge_formal_review(it);
    if (it.is_approved()) said->value = verdict::pass; // when it ends soon is the other rule's
    return said;
}

} // namespace modelwatch::assess
