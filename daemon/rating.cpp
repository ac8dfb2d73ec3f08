#include "daemon/rating.hpp"

#include "daemon/assess/event_severity.hpp"
#include "daemon/assess/rating_course.hpp"
#include "daemon/evidence.hpp"
#include "daemon/policy_facts.hpp"

namespace modelwatch {

namespace {

constexpr std::size_t log_from_store = 1000;

assess::baseline_evidence baseline_of(snapshot const& trusted) {
    assess::baseline_evidence out;
    out.commit = trusted.commit;
    out.repo_id = trusted.repo_id;
    out.author = trusted.author;
    out.license = trusted.license;
    return out;
}

/// The files that production loads: of the deployed commit where it is known, else of the latest.
std::optional<snapshot>
state_in_use(storage::store& db, watch const& target, storage::watch_record const& row) {
    if (!target.deployed.empty()) {
        if (auto found = db.find_snapshot(target.key(), target.deployed)) return found;
    }
    return row.latest ? db.load_snapshot(*row.latest) : std::nullopt;
}

/// The course with this poll; worse is believed at once where the evidence of the last poll in all that can
/// flicker says so too.
rating_record moved_on(
    std::optional<rating_record> const& before,
    rated const& found,
    std::optional<assess::evidence> const& earlier,
    assess::assess_context const& with,
    std::string const& trusted
) {
    auto const follow = [&](assess::assessment const* steady) {
        return assess::follow_rating(before, found.what, found.facts, with.publishers, trusted, steady);
    };
    if (!earlier) return follow(nullptr);
    auto const held = assess::without_flicker(found.facts, *earlier);
    auto const steady = assess::assess(held, with);
    return follow(&steady);
}

assess::severity_context
severity_context_of(judge_rules const& rules, watch const& target, std::string const& repo) {
    return {
        target, rules.publishers, rules.licenses, rules.severity_overrides, repo.substr(0, repo.find('/'))
    };
}

} // namespace

rated rate(
    storage::store& db,
    judge_rules const& rules,
    watch const& target,
    assess::evidence facts,
    rating_scene const& scene,
    instant now
) {
    facts.allow_patterns = target.allow_patterns;
    facts.baseline.reset();
    if (scene.baseline != nullptr) facts.baseline = baseline_of(*scene.baseline);
    commit_log log;
    log.commits = db.commits(target.key(), log_from_store);
    log.known = !log.commits.empty();
    auto const trusted = scene.baseline == nullptr ? std::string{} : scene.baseline->commit;
    add_advisories(facts, *rules.advisories, target, log, trusted, now);
    assess::assess_context const with{rules.numbers, rules.publishers, rules.licenses, now};
    auto what = assess::assess(facts, with);
    auto const course = db.rating(target.key());
    auto const use = watch_facts_of(target, scene.in_use, course ? &*course : nullptr);
    auto reviews = db.reviews(target.hub, target.repo);
    auto const exceptions = db.exceptions(target.hub, target.repo);
    assess::policy_inputs const inputs{what, facts, with, rules.policy, reviews, exceptions, &use};
    auto verdicts = assess::judge_policy(inputs);
    return {std::move(what), std::move(facts), std::move(verdicts), std::move(reviews)};
}

std::optional<rated>
rate_stored(storage::store& db, judge_rules const& rules, watch const& target, instant now) {
    auto const stored = db.evidence(target.key());
    if (!stored) return std::nullopt;
    auto const row = db.find_watch(target.key()).value_or(storage::watch_record{});
    std::optional<snapshot> baseline;
    if (row.baseline && row.baseline->snapshot) baseline = db.load_snapshot(*row.baseline->snapshot);
    auto const in_use = state_in_use(db, target, row);
    rating_scene const scene{baseline ? &*baseline : nullptr, in_use ? &*in_use : nullptr};
    return rate(db, rules, target, assess::evidence_from_json(stored->body), scene, now);
}

std::optional<rating_judgement> judge_rating(
    storage::store& db,
    judge_rules const& rules,
    watch const& target,
    rating_scene const& scene,
    std::optional<assess::evidence> fresh,
    std::span<alert const> open,
    instant now
) {
    auto const stored = db.evidence(target.key());
    if (!stored && !fresh) return std::nullopt;
    bool const gathered = fresh.has_value();
    auto facts = stored ? assess::evidence_from_json(stored->body) : assess::evidence{};
    auto const earlier = stored && gathered ? std::optional{facts} : std::nullopt;
    if (gathered) facts = stored ? merged(facts, std::move(*fresh)) : std::move(*fresh);
    rating_judgement out{rate(db, rules, target, std::move(facts), scene, now), {}, {}, gathered, now};
    if (!gathered) out.observed_at = stored->observed_at;
    auto const& found = out.found;
    auto const trusted = scene.baseline == nullptr ? std::string{} : scene.baseline->commit;
    auto const before = db.rating(target.key());
    // A judgement of old facts is no poll: what must be seen twice was not seen again.
    bool const moves = gathered || !before || before->baseline != trusted;
    assess::assess_context const with{rules.numbers, rules.publishers, rules.licenses, now};
    auto const course = moves ? moved_on(before, found, earlier, with, trusted) : *before;
    if (moves) out.course = course;
    auto const use = watch_facts_of(target, scene.in_use, &course);
    auto const exceptions = db.exceptions(target.hub, target.repo);
    assess::policy_inputs const judged{
        found.what, found.facts, with, rules.policy, found.reviews, exceptions, &use
    };
    auto const urgency = severity_context_of(rules, target, found.facts.repo);
    std::vector<change> standing;
    for (auto const& one : open)
        standing.push_back(one.what);
    bool const feed_is_cut = !rules.advisories->problems.empty();
    assess::verdict_inputs const inputs{
        target,
        found.facts,
        found.what,
        found.verdicts,
        judged,
        course,
        trusted,
        urgency,
        standing,
        feed_is_cut
    };
    out.changes = assess::verdict_changes(inputs);
    return out;
}

void add_to(
    alerting::judgement& about, rating_judgement const& rating, assess::publisher_registry const& publishers
) {
    assess::add_way_out(about.changes, rating.found.facts, publishers);
    about.changes.insert(about.changes.end(), rating.changes.begin(), rating.changes.end());
    about.covers = [before = about.covers](alert_kind kind) {
        return before(kind) || assess::verdict_covers(kind);
    };
}

void keep(storage::store& db, watch const& target, rating_judgement const& rating) {
    if (rating.fresh)
        db.save_evidence(target.key(), {rating.observed_at, assess::to_json(rating.found.facts)});
    if (rating.course) db.save_rating(target.key(), *rating.course);
}

} // namespace modelwatch
