#include "daemon/judge.hpp"
#include "daemon/judgement.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/text.hpp"

namespace modelwatch {

namespace {

/// The snapshots that an acceptance is about.
struct choice {
    storage::watch_record record;
    snapshot latest;
    snapshot chosen;
};

result<choice> choose(storage::store& db, watch const& target, acceptance const& how) {
    auto const record = db.find_watch(target.key());
    if (!record || !record->latest) {
        return failure(
            errc::not_found,
            target.repo + ": nothing recorded yet",
            "run `modelwatch check " + target.repo + "` first"
        );
    }
    auto const latest = db.load_snapshot(*record->latest);
    auto const chosen = how.commit.empty() ? latest : db.find_snapshot(target.key(), how.commit);
    if (!chosen || !latest) {
        return failure(
            errc::not_found,
            target.repo + ": no recorded snapshot of commit " + printable(how.commit),
            "`modelwatch history " + target.repo + "` lists those that are recorded"
        );
    }
    return choice{*record, *latest, *chosen};
}

/// What will be known once the choice is the baseline.
knowledge with_choice(storage::store& db, watch const& target, choice const& made, bool content_only) {
    knowledge known;
    known.record = made.record;
    known.baseline = made.chosen;
    if (content_only && made.record.baseline && made.record.baseline->snapshot) {
        auto const trusted = db.load_snapshot(*made.record.baseline->snapshot);
        if (trusted) known.baseline = content_of(made.chosen, *trusted);
    }
    if (!target.deployed.empty()) known.deployed = db.find_snapshot(target.key(), target.deployed);
    return known;
}

/// Trusting the present state whole settles even what only a person can settle.
void settle_by_person(alerting::judgement& about, bool head, bool whole) {
    about.by_person = true;
    about.covers = [whole, head, covers = about.covers](alert_kind kind) {
        bool const settled = kind == alert_kind::namespace_reborn || kind == alert_kind::hub_scan_flagged ||
                             kind == alert_kind::gating_changed;
        bool const way = kind == alert_kind::history_rewritten || kind == alert_kind::commits_added ||
                         kind == alert_kind::tag_moved;
        if (way) return head;
        return settled ? whole : kind == alert_kind::new_model || covers(kind);
    };
}

} // namespace

result<judged> accept(
    storage::store& db,
    judge_rules const& rules,
    watch const& target,
    acceptance const& how,
    link_source const& link,
    instant now
) {
    auto const choice = choose(db, target, how);
    if (!choice) return choice.error();
    observation seen;
    seen.place = choice->record.place;
    seen.unchanged = true;
    seen.state = choice->latest;
    seen.log = stored_log(db, target.key());
    auto const known = with_choice(db, target, *choice, how.content_only);
    auto judgement = compare_with_baseline(db, rules, target, known, seen, link, now);
    bool const head = choice->chosen.commit == choice->latest.commit;
    settle_by_person(judgement, head, head && !how.content_only);
    auto const open = db.active_alerts(target.key());
    auto const rating = judge_rating(db, rules, target, scene_of(known, seen), {}, open, now);
    if (rating) add_to(judgement, *rating, rules.publishers);
    auto const recalled = recall_alerts(db, judgement, now);
    auto const new_id = [now] { return fresh_id(now); };
    auto made = alerting::decide(recalled, judgement, rules.desk, now, new_id);
    for (auto& entry : made.touched) {
        if (entry.state == alert_state::resolved)
            entry.resolution = "accepted by " + how.by + ": " + how.reason;
    }
    storage::observation_write write;
    write.record = choice->record;
    using storage::baseline_origin;
    auto const origin = how.content_only ? baseline_origin::review : baseline_origin::person;
    write.record.baseline = {choice->chosen.commit, {}, now, how.by, how.reason, origin};
    write.baseline = known.baseline;
    add_decision(write, made, rules, now);
    auto event = event_of(target.key(), "accepted", "baseline moved by " + how.by + ": " + how.reason, now);
    event.commit = choice->chosen.commit;
    event.by = how.by;
    write.events.push_back(std::move(event));
    db.accept(write, how.by, how.reason);
    if (rating) keep(db, target, *rating);
    return judged{db.find_watch(target.key()).value_or(write.record), made.touched};
}

} // namespace modelwatch
