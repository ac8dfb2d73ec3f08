#include "daemon/judge.hpp"

#include "daemon/alerting/precedence.hpp"
#include "daemon/diff/diff.hpp"
#include "daemon/judgement.hpp"
#include "daemon/model/digest.hpp"

namespace modelwatch {

namespace {

/// Two polls in a row must deny a repo before people are told that it is gone.
constexpr unsigned missing_polls_needed = 2;
constexpr std::size_t most_silences = 10'000;

bool is_gone(observation const& seen) {
    return seen.place == standing::missing || seen.revision_lost;
}

/// Proof that the name changed hands needs no second look.
bool is_proven(knowledge const& known, observation const& seen) {
    bool const comparable = known.baseline && !known.baseline_is_elsewhere;
    return seen.repo_now && comparable && diff::is_another_repo(*known.baseline, *seen.repo_now);
}

/// The book-keeping of a good answer.
void note_success(storage::watch_record& record, observation const& seen, instant now) {
    record.last_attempt_at = now;
    record.last_success_at = now;
    record.failing_since.reset();
    record.failures = 0;
    record.last_error.clear();
    record.missing_streak = is_gone(seen) ? record.missing_streak + 1 : 0;
    record.token_worked = record.token_worked || seen.token_worked;
    if (!seen.proof.empty()) record.proof = seen.proof;
    if (seen.state) record.current_repo = seen.state->repo;
}

void keep_baseline(
    storage::observation_write& write, knowledge const& known, observation const& seen, instant now
) {
    auto& record = write.record;
    if (!record.baseline && seen.state) {
        auto const origin = storage::baseline_origin::first_use;
        record.baseline = {seen.state->commit, {}, now, "first-use", "trusted at first sight", origin};
        write.baseline_is_latest = true;
        auto event = event_of(record.key, "baseline-created", "trusted at first sight", now);
        event.commit = seen.state->commit;
        write.events.push_back(std::move(event));
    } else if (record.baseline && !record.baseline->snapshot && known.baseline &&
               !known.baseline_is_elsewhere) {
        write.baseline = known.baseline;
    }
    if (known.approved) {
        auto event = event_of(record.key, "baseline-moved", known.approved->told, now);
        event.commit = record.baseline->commit;
        event.by = by_review;
        write.events.push_back(std::move(event));
    }
}

void keep_snapshots(storage::observation_write& write, knowledge const& known, observation& seen) {
    if (seen.deployed_state) write.deployed = std::move(seen.deployed_state);
    if (!seen.state) return;
    write.commits = seen.log.commits;
    bool const same = known.latest && fingerprint(*known.latest) == fingerprint(*seen.state);
    if (!same || write.baseline_is_latest) write.latest = std::move(seen.state);
}

/// A head that was approved is the baseline from now on: there is nothing to say about the way to it.
void follow_approval(
    storage::store& db, watch const& target, knowledge& known, observation const& seen, instant now
) {
    known.approved = approval_of_head(db, target, known.record, known.latest, seen, now);
    if (!known.approved) return;
    bool const old_is_known = known.baseline && !known.baseline_is_elsewhere;
    known.baseline = old_is_known ? content_of(*seen.state, *known.baseline) : *seen.state;
    known.baseline_is_elsewhere = false;
    known.baseline_is_pinned = false;
    known.record.baseline = known.approved->baseline;
}

/// What an approval settles besides what the comparison can tell.
void settle_by_approval(alerting::judgement& about) {
    about.by_person = true;
    about.covers = [covers = about.covers](alert_kind kind) {
        bool const way = kind == alert_kind::history_rewritten || kind == alert_kind::commits_added ||
                         kind == alert_kind::tag_moved;
        return way || covers(kind);
    };
}

void note_settled(alerting::decision& made, std::string const& why) {
    for (auto& entry : made.touched) {
        auto const about = info(entry.what.kind).about;
        bool const of_time = about == alert_class::standing || about == alert_class::monitor;
        if (!entry.active() && !of_time) entry.resolution = why;
    }
}

} // namespace

std::string fresh_id(instant now) {
    return new_uuid7(static_cast<std::uint64_t>(now.time_since_epoch().count()));
}

void note_target(storage::watch_record& record, watch const& target) {
    record.key = target.key();
    record.hub = target.hub;
    record.repo = target.repo;
    record.revision = target.revision;
    record.tags = target.tags;
    record.from_account = target.from_account;
}

alerting::judgement judgement_about(watch const& target) {
    alerting::judgement out;
    out.watch_key = target.key();
    out.repo = target.repo;
    out.hub = target.hub;
    out.revision = target.revision;
    out.tags = target.tags;
    return out;
}

std::vector<alert> recall_alerts(storage::store& db, alerting::judgement& about, instant now) {
    about.silences = db.silences(now, most_silences);
    return db.recent_alerts(about.watch_key, now - alerting::flap_window);
}

void add_decision(
    storage::observation_write& write, alerting::decision const& made, judge_rules const& rules, instant now
) {
    write.now = now;
    write.send_not_before = now + rules.group_wait;
    write.alerts.insert(write.alerts.end(), made.touched.begin(), made.touched.end());
    for (auto const& one : made.tell)
        write.messages.push_back({one.notifier, one.type, made.touched[one.alert].id});
    for (auto const at : made.happened) {
        auto const& entry = made.touched[at];
        bool const over = entry.state == alert_state::resolved;
        auto const kind = std::string{to_string(entry.what.kind)};
        auto event = event_of(entry.watch_key, over ? "resolved:" + kind : kind, entry.what.summary, now);
        event.level = to_string(entry.what.level);
        event.commit = entry.what.commit;
        event.facts = {{"alert", entry.id}, {"state", to_string(entry.state)}};
        if (over) event.facts["resolution"] = entry.resolution;
        write.events.push_back(std::move(event));
    }
}

judged judge(
    storage::store& db,
    judge_rules const& rules,
    watch const& target,
    observation seen,
    link_source const& link,
    instant now,
    std::optional<assess::evidence> facts,
    std::optional<assess::evidence> of_baseline
) {
    auto known = gather(db, target, seen, now);
    if (seen.unchanged) recall(db, target, known, seen);
    follow_approval(db, target, known, seen, now);
    storage::observation_write write;
    write.record = known.record;
    note_success(write.record, seen, now);
    bool const again = write.record.missing_streak >= missing_polls_needed;
    if (is_gone(seen) && !again && !is_proven(known, seen)) {
        db.touch({write.record});
        return {write.record, {}};
    }
    auto judgement = compare_with_baseline(db, rules, target, known, seen, link, now);
    judgement.first_sight = known.first_poll;
    if (known.approved) settle_by_approval(judgement);
    fresh_evidence fresh{std::move(facts), std::move(of_baseline)};
    auto const open = db.active_alerts(target.key());
    auto const rating = judge_rating(db, rules, target, scene_of(known, seen), std::move(fresh), open, now);
    if (rating) add_to(judgement, *rating, rules.publishers);
    auto const known_alerts = recall_alerts(db, judgement, now);
    alerting::withhold_advice(judgement.changes, known_alerts);
    auto const new_id = [now] { return fresh_id(now); };
    auto made = alerting::decide(known_alerts, judgement, rules.desk, now, new_id);
    alerting::withhold_advice(made.touched, known_alerts);
    if (known.approved) note_settled(made, known.approved->told);
    add_decision(write, made, rules, now);
    write.record.place = seen.place;
    if (seen.state) write.record.next_time_condition_at = diff::next_time_condition(target, *seen.state, now);
    keep_baseline(write, known, seen, now);
    write.texts = std::move(seen.texts);
    if (!seen.unchanged) keep_snapshots(write, known, seen);
    db.record(write);
    if (rating) keep(db, target, *rating);
    auto const& base = known.record.baseline;
    bool const by_pin = base && base->origin == storage::baseline_origin::configuration;
    if (by_pin || known.pin_is_new) {
        note_pin(db, target);
    }
    return {db.find_watch(target.key()).value_or(write.record), made.touched};
}

static std::optional<std::vector<alert>>
readable_alerts(storage::store& db, alerting::judgement& about, instant now) {
    try {
        return recall_alerts(db, about, now);
    } catch (storage::damaged_state const&) {
        return std::nullopt;
    }
}

std::vector<alert>
judge_monitor(storage::store& db, judge_rules const& rules, alerting::judgement seen, instant now) {
    std::vector<alert> touched;
    auto const all = [&] {
        auto const open = readable_alerts(db, seen, now);
        if (!open) return;
        auto const new_id = [now] { return fresh_id(now); };
        auto made = alerting::decide(*open, seen, rules.desk, now, new_id);
        if (made.empty()) return;
        storage::observation_write write;
        if (auto const record = db.find_watch(seen.watch_key)) write.record = *record;
        add_decision(write, made, rules, now);
        db.record(write);
        touched = std::move(made.touched);
    };
    db.in_transaction(all);
    return touched;
}

} // namespace modelwatch
