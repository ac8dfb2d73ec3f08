#include "daemon/gate.hpp"

#include "daemon/gate_alerts.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"
#include "daemon/policy_facts.hpp"
#include "daemon/trusted_evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

namespace modelwatch {

namespace {

/// What is recorded of the commit, in the watch that knows it best.
struct recorded {
    watch target;
    storage::watch_record record;
    std::optional<snapshot> state; ///< at the commit; nullopt: never seen there
};

/// Watches that have seen the commit come first, then those that were polled last.
std::optional<recorded>
find_recorded(storage::store& db, std::vector<watch> const& targets, std::string const& commit) {
    std::optional<recorded> best;
    for (auto const& target : targets) {
        auto const record = db.find_watch(target.key());
        if (!record || !record->last_success_at) continue;
        recorded one{target, *record, db.find_snapshot(target.key(), commit)};
        bool const better = !best || (one.state && !best->state) ||
                            (one.state.has_value() == best->state.has_value() &&
                             *one.record.last_success_at > *best->record.last_success_at);
        if (better) best = std::move(one);
    }
    return best;
}

std::string day_of(instant when) {
    return to_rfc3339(when).substr(0, 10);
}

void judge_review(
    review const* said, std::optional<snapshot> const& state, std::vector<std::string>& reasons, instant now
) {
    if (said == nullptr) {
        reasons.emplace_back("no formal review of this commit is on record");
    } else if (said->verdict == review_verdict::reject) {
        reasons.push_back(fmt::format("rejected by {} on {}: {}", said->by, day_of(said->at), said->reason));
    } else if (!in_force(*said, now)) {
        reasons.push_back(fmt::format("the approval by {} expired on {}", said->by, day_of(*said->until)));
    } else if (state && !said->content.empty() && said->content != content_digest(state->files)) {
        reasons.emplace_back("the files are not those that were approved");
    }
}

void judge_upstream(
    storage::store& db, recorded const& known, std::string const& commit, std::vector<std::string>& reasons
) {
    if (known.record.place != standing::present) {
        reasons.push_back(fmt::format("the hub says of the repo: {}", to_string(known.record.place)));
    } else if (known.record.missing_streak > 0) {
        reasons.emplace_back("the last poll did not find the repo or its watched revision");
    }
    if (!known.state) {
        reasons.emplace_back("this commit has never been seen upstream");
    } else if (db.contents_at(known.target.key(), commit) > 1) {
        reasons.emplace_back("the hub has served different files under this commit");
    }
}

/// Rules that need an assessment; that a review is required is judged anyway.
bool asks_for_more(assess::policy_rules const& rules) {
    return !rules.require_formats.empty() || !rules.deny_licenses.empty() || rules.require_gated ||
           rules.max_rating || !rules.enforce.empty();
}

std::optional<kept_evidence> stored_evidence(storage::store& db, std::string const& key) {
    auto const row = db.evidence(key);
    if (!row) return std::nullopt;
    try {
        return kept_evidence_from_json(row->body);
    } catch (std::exception const&) {
        return std::nullopt; // of another version: the next poll writes it anew
    }
}

/// What is known of the commit that is asked about; what its own files and card say goes first.
assess::evidence
facts_at(storage::store& db, judge_rules const& rules, kept_evidence const& kept, snapshot const& state) {
    auto facts = evidence_at(db, rules.licenses, kept, state);
    return at_commit(db, rules.licenses, std::move(facts), state);
}

/// Every rule, applied to the commit; nullopt: nothing to judge by.
std::optional<std::vector<assess::policy_verdict>> verdicts_at(
    storage::store& db,
    judge_rules const& rules,
    recorded const& known,
    std::vector<review> const& reviews,
    instant now
) {
    auto const stored = stored_evidence(db, known.target.key());
    if (!stored) return std::nullopt;
    auto const facts = facts_at(db, rules, *stored, *known.state);
    assess::assess_context const with{rules.numbers, rules.publishers, rules.licenses, now};
    auto const rated = assess::assess(facts, with);
    auto const course = db.rating(known.target.key());
    auto watched = watch_facts_of(known.target, &*known.state, course ? &*course : nullptr);
    watched.deployed = known.state->commit;
    auto const exceptions = db.exceptions(known.target.hub, known.target.repo);
    assess::policy_inputs const in{rated, facts, with, rules.policy, reviews, exceptions, &watched};
    return assess::judge_policy(in);
}

/// What the configuration asks for closes the gate; what else fails is named, so that a pass hides nothing.
void judge_rules_of(
    storage::store& db,
    judge_rules const& rules,
    recorded const& known,
    std::vector<review> const& reviews,
    gate_answer& out,
    instant now
) {
    if (!known.state) return;
    auto const verdicts = verdicts_at(db, rules, known, reviews, now);
    if (!verdicts) {
        if (asks_for_more(rules.policy)) out.reasons.emplace_back("not assessed yet: run `modelwatch check`");
        return;
    }
    for (auto const& one : *verdicts) {
        bool const same_as_review = one.id == "policy-require-review" || one.id == "policy-formal-review";
        bool const broken = one.violated() || (one.unknown && !one.accepted_until);
        if (one.asked && broken && !same_as_review) out.reasons.push_back(one.id + ": " + one.why);
        if (!one.asked && one.value == assess::verdict::fail) out.not_enforced.push_back(one);
    }
}

void judge_age(
    recorded const& known,
    std::optional<std::chrono::seconds> max_age,
    std::vector<std::string>& reasons,
    instant now
) {
    auto const interval = std::chrono::duration_cast<std::chrono::seconds>(known.target.interval);
    auto const usual = std::max<std::chrono::seconds>(3 * interval, least_max_age);
    auto const limit = max_age.value_or(usual);
    auto const age = std::chrono::duration_cast<std::chrono::seconds>(now - *known.record.last_success_at);
    if (age <= limit) return;
    reasons.push_back(
        fmt::format("the state is {} old; at most {} is allowed", to_words(age), to_words(limit))
    );
}

} // namespace

result<gate_answer> ask_gate(
    storage::store& db,
    judge_rules const& rules,
    std::vector<watch> const& targets,
    std::string const& commit,
    std::optional<std::chrono::seconds> max_age,
    instant now
) {
    auto const known = find_recorded(db, targets, commit);
    if (!known) {
        auto const repo = targets.empty() ? std::string{"no repo"} : targets.front().repo;
        return failure(
            errc::not_found, repo + ": nothing recorded yet", "run `modelwatch check " + repo + "` first"
        );
    }
    gate_answer out;
    out.repo = known->target.repo;
    out.commit = commit;
    out.as_of = *known->record.last_success_at;
    auto const reviews = db.reviews(known->target.hub, known->target.repo);
    judge_review(latest_review(reviews, commit), known->state, out.reasons, now);
    judge_upstream(db, *known, commit, out.reasons);
    auto const against = alerts_against(db, rules, targets, commit, now);
    out.reasons.insert(out.reasons.end(), against.begin(), against.end());
    judge_rules_of(db, rules, *known, reviews, out, now);
    judge_age(*known, max_age, out.reasons, now);
    return out;
}

json::object to_json(gate_answer const& answer) {
    json::array not_enforced;
    for (auto const& one : answer.not_enforced)
        not_enforced.push_back(
            json::object{{"id", one.id}, {"why", one.why}, {"accepted_until", or_null(one.accepted_until)}}
        );
    return {
        {"repo", answer.repo},
        {"commit", answer.commit},
        {"verdict", answer.passed() ? "pass" : "fail"},
        {"reasons", to_array(answer.reasons)},
        {"not_enforced", std::move(not_enforced)},
        {"as_of", to_rfc3339(answer.as_of)}
    };
}

} // namespace modelwatch
