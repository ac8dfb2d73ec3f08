#include "daemon/rating.hpp"

#include "daemon/assess/event_severity.hpp"
#include "daemon/assess/rating_course.hpp"
#include "daemon/evidence.hpp"
#include "daemon/policy_facts.hpp"

#include <algorithm>

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

/// One model by what is trusted of it and, where that is another commit, by its newest one.
struct two_sides {
    rated const& trusted;
    rated const* head;
};

/// The course with this poll; worse is believed at once where the evidence of the last poll in all that can
/// flicker says so too. `earlier`: of the last poll, seen from the same commits.
rating_record moved_on(
    std::optional<rating_record> const& before,
    two_sides const& sides,
    std::optional<assess::evidence> const& earlier,
    assess::assess_context const& with,
    std::string const& trusted
) {
    auto const* const head = sides.head == nullptr ? nullptr : &sides.head->what;
    auto const& found = sides.trusted;
    bool const by_head = head != nullptr && assess::head_is_worse(found.what, *head);
    auto const follow = [&](assess::assessment const* steady) {
        return assess::follow_rating(before, found.what, found.facts, with.publishers, trusted, steady, head);
    };
    if (!earlier) return follow(nullptr);
    auto const held = assess::without_flicker(by_head ? sides.head->facts : found.facts, *earlier);
    auto const steady = assess::assess(held, with);
    return follow(&steady);
}

assess::severity_context
severity_context_of(judge_rules const& rules, watch const& target, std::string const& repo) {
    return {
        target, rules.publishers, rules.licenses, rules.severity_overrides, repo.substr(0, repo.find('/'))
    };
}

/// Where nobody says what is deployed, what is trusted is loaded, not the newest commit.
snapshot const* in_use_of_trusted(rating_scene const& scene, kept_evidence const& kept) noexcept {
    bool const is_head = scene.in_use != nullptr && scene.in_use->commit == kept.head.commit;
    return is_head && scene.baseline != nullptr ? scene.baseline : scene.in_use;
}

assess::evidence facts_of_trusted(
    storage::store& db, judge_rules const& rules, kept_evidence const& kept, rating_scene const& scene
) {
    bool const told = scene.baseline != nullptr && !kept.head.commit.empty();
    return told ? evidence_at(db, rules.licenses, kept, *scene.baseline) : kept.head;
}

/// What the worse side is compared with, so that what flickers between two polls moves no rating. Two commits
/// of one poll differ in nothing that flickers but the scan.
std::optional<assess::evidence> steady_facts(
    storage::store& db,
    judge_rules const& rules,
    rating_scene const& scene,
    two_sides const& sides,
    std::optional<kept_evidence> const& earlier
) {
    bool const by_head = sides.head != nullptr && assess::head_is_worse(sides.trusted.what, sides.head->what);
    if (earlier) return by_head ? earlier->head : facts_of_trusted(db, rules, *earlier, scene);
    return by_head ? std::optional{sides.trusted.facts} : std::nullopt;
}

/// What stays the same while both sides of a watch are judged.
struct judging_scene {
    storage::store& db;
    judge_rules const& rules;
    watch const& target;
    rating_record const& course;
    std::string const& trusted;
    std::span<alert const> open;
    instant now;
};

std::vector<change> changes_of(judging_scene const& at, rated const& found, snapshot const* in_use) {
    assess::assess_context const with{at.rules.numbers, at.rules.publishers, at.rules.licenses, at.now};
    auto const use = watch_facts_of(at.target, in_use, &at.course);
    auto const exceptions = at.db.exceptions(at.target.hub, at.target.repo);
    assess::policy_inputs const judged{
        found.what, found.facts, with, at.rules.policy, found.reviews, exceptions, &use
    };
    auto const urgency = severity_context_of(at.rules, at.target, found.facts.repo);
    std::vector<change> standing;
    for (auto const& one : at.open)
        standing.push_back(one.what);
    bool const feed_is_cut = !at.rules.advisories->problems.empty();
    assess::verdict_inputs const inputs{
        at.target,
        found.facts,
        found.what,
        found.verdicts,
        judged,
        at.course,
        at.trusted,
        urgency,
        standing,
        feed_is_cut
    };
    return assess::verdict_changes(inputs);
}

bool speaks_for_head(change const& of_head, change const& of_trusted, rating_record const& course) {
    if (of_head.kind == alert_kind::rating_worsened) return assess::head_is_worse(course);
    return of_head.level > of_trusted.level;
}

/// Both sides' changes; of two that are one alert the graver, else that of what is trusted.
std::vector<change>
joined(std::vector<change> trusted, std::vector<change> of_head, rating_record const& course) {
    for (auto& one : of_head) {
        auto const same = std::find_if(trusted.begin(), trusted.end(), [&](change const& other) {
            return other.kind == one.kind && other.dedupe == one.dedupe;
        });
        if (same == trusted.end()) {
            trusted.push_back(std::move(one));
        } else if (speaks_for_head(one, *same, course)) {
            *same = std::move(one);
        }
    }
    return trusted;
}

void add_changes(rating_judgement& to, judging_scene const& at, rating_scene const& scene) {
    to.changes = changes_of(at, to.found, in_use_of_trusted(scene, to.kept));
    if (!to.head) return;
    to.changes = joined(std::move(to.changes), changes_of(at, *to.head, scene.in_use), at.course);
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
    rating_scene scene{baseline ? &*baseline : nullptr, in_use ? &*in_use : nullptr};
    auto const kept = kept_evidence_from_json(stored->body);
    bool const never_seen = kept.head.commit.empty() && kept.head.place == standing::missing;
    if (never_seen) return std::nullopt; // what does not exist has no rating
    scene.in_use = in_use_of_trusted(scene, kept);
    return rate(db, rules, target, facts_of_trusted(db, rules, kept, scene), scene, now);
}

std::optional<rating_judgement> judge_rating(
    storage::store& db,
    judge_rules const& rules,
    watch const& target,
    rating_scene const& scene,
    fresh_evidence fresh,
    std::span<alert const> open,
    instant now
) {
    auto const stored = db.evidence(target.key());
    if (!stored && !fresh.head) return std::nullopt;
    bool const gathered = fresh.head.has_value();
    auto const trusted = scene.baseline == nullptr ? std::string{} : scene.baseline->commit;
    auto const earlier = stored ? std::optional{kept_evidence_from_json(stored->body)} : std::nullopt;
    auto kept = take_in(earlier, std::move(fresh.head), std::move(fresh.baseline), trusted);
    auto own_scene = scene;
    own_scene.in_use = in_use_of_trusted(scene, kept);
    auto facts = facts_of_trusted(db, rules, kept, scene);
    bool const is_head = facts.commit == kept.head.commit;
    rating_judgement out{rate(db, rules, target, std::move(facts), own_scene, now), {}, {}, {}, {}, {}, {}};
    if (!is_head) out.head = rate(db, rules, target, kept.head, scene, now);
    out.kept = std::move(kept);
    out.news = gathered || earlier->accepted.has_value() != out.kept.accepted.has_value();
    out.observed_at = gathered ? now : stored->observed_at;
    auto const before = db.rating(target.key());
    // A judgement of old facts is no poll: what must be seen twice was not seen again.
    bool const moves = gathered || !before || before->baseline != trusted;
    if (moves) {
        two_sides const sides{out.found, out.head ? &*out.head : nullptr};
        auto const held = steady_facts(db, rules, scene, sides, gathered ? earlier : std::nullopt);
        assess::assess_context const with{rules.numbers, rules.publishers, rules.licenses, now};
        out.course = moved_on(before, sides, held, with, trusted);
    }
    add_changes(out, {db, rules, target, out.course ? *out.course : *before, trusted, open, now}, scene);
    out.kept.head = out.head ? out.head->facts : out.found.facts;
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
    if (rating.news) db.save_evidence(target.key(), {rating.observed_at, to_json(rating.kept)});
    if (rating.course) db.save_rating(target.key(), *rating.course);
}

} // namespace modelwatch
