#include "daemon/judge.hpp"

#include "daemon/approvals.hpp"
#include "daemon/assess/event_severity.hpp"
#include "daemon/diff/diff.hpp"
#include "daemon/model/digest.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/text.hpp"
#include "daemon/rating.hpp"

#include <algorithm>

namespace modelwatch {

namespace {

/// Two polls in a row must deny a repo before people are told that it is gone.
constexpr unsigned missing_polls_needed = 2;
constexpr std::size_t log_from_store = 1000;
constexpr std::size_t most_silences = 10'000;

/// What the store knows, and what this poll adds to it.
struct knowledge {
    storage::watch_record record;
    std::optional<snapshot> baseline;
    std::optional<snapshot> deployed;
    std::optional<snapshot> latest; ///< as stored before this poll
    bool baseline_is_pinned = false;
    bool baseline_is_elsewhere = false; ///< pinned, but the hub does not have that commit
    bool first_poll = false;
    bool pin_is_new = false;
    std::optional<approved_head> approved; ///< the head is trusted from this poll on
};

storage::watch_record record_of(storage::store& db, watch const& target, instant now) {
    auto record = db.find_watch(target.key());
    if (!record) {
        record.emplace();
        record->first_seen_at = now;
    }
    note_target(*record, target);
    return *record;
}

std::string pin_key(watch const& target) {
    return "pin:" + target.key();
}

/// The configuration's pin counts when it is new; an `accept` that came after it stays until the pin is
/// changed.
bool pin_applies(storage::store& db, watch const& target) {
    return !target.baseline.empty() && db.meta(pin_key(target)) != target.baseline;
}

knowledge gather(storage::store& db, watch const& target, observation& seen, instant now) {
    knowledge known;
    known.record = record_of(db, target, now);
    known.first_poll = !known.record.baseline;
    known.pin_is_new = pin_applies(db, target);
    if (known.pin_is_new) {
        known.record.baseline = storage::baseline_record{target.baseline, {}, now, "configuration", "pinned"};
    }
    if (known.record.latest) known.latest = db.load_snapshot(*known.record.latest);
    auto const& base = known.record.baseline;
    known.baseline_is_pinned = base && base->set_by == "configuration";
    if (base && base->snapshot) known.baseline = db.load_snapshot(*base->snapshot);
    if (!known.baseline && base) {
        known.baseline =
            seen.baseline_state ? seen.baseline_state : db.find_snapshot(target.key(), base->commit);
    }
    if (!target.deployed.empty()) {
        known.deployed =
            seen.deployed_state ? seen.deployed_state : db.find_snapshot(target.key(), target.deployed);
    }
    if (base && !known.baseline && seen.state) {
        // The hub has no such commit: only its ancestry can be judged, not its content.
        known.baseline = *seen.state;
        known.baseline->commit = base->commit;
        known.baseline_is_elsewhere = true;
    }
    return known;
}

bool same_identity(std::optional<snapshot> const& baseline, std::optional<snapshot> const& state) {
    return baseline && state && !baseline->repo_id.empty() && baseline->repo_id == state->repo_id;
}

/// Kinds that diff::compare() can tell anything about, given what this poll could see.
std::function<bool(alert_kind)>
coverage(observation const& seen, bool owner_is_known, bool content_is_known) {
    bool const there = seen.place == standing::present && seen.state;
    // A judgement from the store knows commits, but not which of them the hub still has.
    bool const ancestry = there && seen.log.known && !seen.unchanged;
    bool const scanned = there && seen.state->scan && seen.state->scan->done;
    bool const gate = there && content_is_known && seen.state->gate != gating::unknown;
    return [=](alert_kind kind) {
        switch (kind) {
        case alert_kind::repo_missing:
        case alert_kind::repo_private:
        case alert_kind::repo_disabled:
        case alert_kind::access_lost:
        case alert_kind::poll_failing:
            return true;
        case alert_kind::history_rewritten:
        case alert_kind::commits_added:
            return ancestry;
        case alert_kind::hub_scan_flagged:
            return scanned;
        case alert_kind::gating_changed:
            return gate;
        case alert_kind::namespace_reborn:
            // Without a matching id only a person can say that the owner is trusted.
            return there && owner_is_known;
        case alert_kind::new_model:
        case alert_kind::unsafe_content:
        case alert_kind::malformed_file:
        case alert_kind::license_mismatch:
        case alert_kind::superseded:
        case alert_kind::advisory:
        case alert_kind::deployed_drift:
        case alert_kind::review_missing:
        case alert_kind::review_expired:
        case alert_kind::policy_violation:
        case alert_kind::rating_worsened:
        case alert_kind::hub_unreachable:
        case alert_kind::delivery_failing:
            return false;
        case alert_kind::tag_moved:
        case alert_kind::stale:
            return there;
        default:
            return there && content_is_known;
        }
    };
}

std::string publisher_of(std::string_view repo) {
    return std::string{repo.substr(0, repo.find('/'))};
}

/// The watched tag, branch or commit is gone from a repo that is there.
std::vector<change> revision_lost(watch const& target, knowledge const& known, observation const& seen) {
    bool const pinned = is_hex(target.revision, 40) || (known.latest && known.latest->is_tag);
    change out;
    out.kind = pinned ? alert_kind::tag_moved : alert_kind::history_rewritten;
    out.subject = target.revision;
    out.summary = "the revision " + printable(target.revision) + " no longer exists";
    out.detail =
        "The repo is there, but the hub no longer has the watched revision: a tag or branch was deleted, or "
        "the history was rewritten. " +
        seen.detail;
    if (known.record.baseline) out.baseline_commit = known.record.baseline->commit;
    out.evidence = {{"revision", target.revision}, {"deleted", true}};
    return {std::move(out)};
}

/// Both sides of the configuration files that differ: whether an architecture changed is in their text.
std::vector<text_file> config_texts(storage::store& db, knowledge const& known, observation const& seen) {
    std::vector<text_file> out = seen.texts;
    if (!known.baseline || !seen.state) return out;
    auto const add = [&](file_entry const* file) {
        if (file == nullptr) return;
        auto text = db.text(file->content_id());
        if (text) out.push_back({file->path, file->content_id(), std::move(*text)});
    };
    for (auto const& one : diff::compare_files(*known.baseline, *seen.state)) {
        if (one.role != diff::file_role::config) continue;
        add(one.before);
        add(one.after);
    }
    return out;
}

std::vector<change> rated_changes(
    judge_rules const& rules,
    watch const& target,
    knowledge const& known,
    observation const& seen,
    std::vector<text_file> const& texts,
    instant now
) {
    diff::comparison input{target};
    auto const& current = seen.state ? seen.state : known.latest;
    input.baseline = known.baseline ? &*known.baseline : nullptr;
    input.deployed = known.deployed ? &*known.deployed : nullptr;
    input.place = seen.place;
    input.standing_detail = seen.detail;
    input.current = current ? &*current : nullptr;
    input.log = &seen.log;
    input.now = now;
    input.baseline_is_pinned = known.baseline_is_pinned;
    input.was_missing = known.record.place == standing::missing && seen.place == standing::present;
    if (known.latest && known.latest->scan && known.latest->scan->done)
        input.last_known_scan = &*known.latest->scan;
    input.texts = texts;
    auto changes = seen.revision_lost ? revision_lost(target, known, seen) : diff::compare(input);
    auto const repo = seen.state ? seen.state->repo : target.repo;
    auto const publisher = publisher_of(repo);
    assess::severity_context const context{
        target, rules.publishers, rules.licenses, rules.severity_overrides, publisher
    };
    if (seen.unchanged) {
        std::erase_if(changes, [](change const& one) { return one.kind == alert_kind::commits_added; });
    }
    for (auto& one : changes) {
        if (known.baseline_is_elsewhere) one.evidence.erase("weights_unchanged");
        one.level = assess::rate(one, context);
    }
    return changes;
}

alerting::judgement judgement_of(
    watch const& target,
    knowledge const& known,
    observation const& seen,
    std::vector<change> changes,
    link_source const& link
) {
    auto out = judgement_about(target);
    out.url = seen.state ? link(seen.state->repo, seen.state->commit) : link(target.repo, {});
    out.changes = std::move(changes);
    out.covers = coverage(seen, same_identity(known.baseline, seen.state), !known.baseline_is_elsewhere);
    return out;
}

storage::event_record event_of(std::string key, std::string what, std::string text, instant now) {
    storage::event_record out;
    out.at = now;
    out.watch_key = std::move(key);
    out.what = std::move(what);
    out.text = std::move(text);
    return out;
}

bool is_gone(observation const& seen) {
    return seen.place == standing::missing || seen.revision_lost;
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
        record.baseline =
            storage::baseline_record{seen.state->commit, {}, now, "first-use", "trusted at first sight"};
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
    write.texts = std::move(seen.texts);
    if (!seen.state) return;
    write.commits = seen.log.commits;
    bool const same = known.latest && fingerprint(*known.latest) == fingerprint(*seen.state);
    if (!same || write.baseline_is_latest) write.latest = std::move(seen.state);
}

commit_log stored_log(storage::store& db, std::string const& key) {
    commit_log log;
    log.commits = db.commits(key, log_from_store);
    log.known = !log.commits.empty();
    return log;
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

/// What a rating is made for: what is trusted, and what production loads as far as that is known.
rating_scene scene_of(knowledge const& known, observation const& seen) {
    auto const& latest = seen.state ? seen.state : known.latest;
    auto const& in_use = known.deployed ? known.deployed : latest;
    bool const trusted = known.baseline && !known.baseline_is_elsewhere;
    auto const* baseline = trusted ? &*known.baseline : nullptr;
    // At first sight what is seen becomes the baseline; a later change is a change of that.
    if (!known.record.baseline && seen.state) baseline = &*seen.state;
    return {baseline, in_use ? &*in_use : nullptr};
}

/// Nothing moved on the hub: judge the stored state again, because time has.
void recall(storage::store& db, watch const& target, knowledge const& known, observation& seen) {
    seen.state = known.latest;
    seen.log = stored_log(db, target.key());
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
    for (auto const& entry : made.touched) {
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
    std::optional<assess::evidence> facts
) {
    auto known = gather(db, target, seen, now);
    if (seen.unchanged) recall(db, target, known, seen);
    follow_approval(db, target, known, seen, now);
    storage::observation_write write;
    write.record = known.record;
    note_success(write.record, seen, now);
    if (is_gone(seen) && write.record.missing_streak < missing_polls_needed) {
        db.touch({write.record});
        return {write.record, {}};
    }
    auto judgement = judgement_of(
        target,
        known,
        seen,
        rated_changes(rules, target, known, seen, config_texts(db, known, seen), now),
        link
    );
    judgement.first_sight = known.first_poll;
    if (known.approved) settle_by_approval(judgement);
    auto const rating = judge_rating(
        db, rules, target, scene_of(known, seen), std::move(facts), db.active_alerts(target.key()), now
    );
    if (rating) add_to(judgement, *rating, rules.publishers);
    auto const known_alerts = recall_alerts(db, judgement, now);
    auto const new_id = [now] { return fresh_id(now); };
    auto made = alerting::decide(known_alerts, judgement, rules.desk, now, new_id);
    if (known.approved) note_settled(made, known.approved->told);
    add_decision(write, made, rules, now);
    write.record.place = seen.place;
    if (seen.state) write.record.next_time_condition_at = diff::next_time_condition(target, *seen.state, now);
    keep_baseline(write, known, seen, now);
    bool const again = seen.unchanged;
    if (!again) keep_snapshots(write, known, seen);
    db.record(write);
    if (rating) keep(db, target, *rating);
    bool const by_pin = known.record.baseline && known.record.baseline->set_by == "configuration";
    if (by_pin || known.pin_is_new) {
        db.set_meta(pin_key(target), target.baseline);
    }
    return {db.find_watch(target.key()).value_or(write.record), made.touched};
}

std::vector<alert>
judge_monitor(storage::store& db, judge_rules const& rules, alerting::judgement seen, instant now) {
    std::vector<alert> touched;
    auto const all = [&] {
        auto const open = recall_alerts(db, seen, now);
        auto const new_id = [now] { return fresh_id(now); };
        auto made = alerting::decide(open, seen, rules.desk, now, new_id);
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

result<judged> accept(
    storage::store& db,
    judge_rules const& rules,
    watch const& target,
    acceptance const& how,
    link_source const& link,
    instant now
) {
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
    observation seen;
    seen.place = record->place;
    seen.unchanged = true;
    seen.state = latest;
    seen.log = stored_log(db, target.key());
    knowledge known;
    known.record = *record;
    known.baseline = *chosen;
    if (how.content_only && record->baseline && record->baseline->snapshot) {
        auto const trusted = db.load_snapshot(*record->baseline->snapshot);
        if (trusted) known.baseline = content_of(*chosen, *trusted);
    }
    if (!target.deployed.empty()) known.deployed = db.find_snapshot(target.key(), target.deployed);
    auto judgement = judgement_of(
        target,
        known,
        seen,
        rated_changes(rules, target, known, seen, config_texts(db, known, seen), now),
        link
    );
    bool const head = chosen->commit == latest->commit;
    bool const whole = head && !how.content_only;
    auto const covers = judgement.covers;
    judgement.covers = [whole, head, covers](alert_kind kind) {
        // Trusting the present state whole settles even what only a person can settle.
        bool const settled = kind == alert_kind::namespace_reborn || kind == alert_kind::hub_scan_flagged ||
                             kind == alert_kind::gating_changed;
        bool const way = kind == alert_kind::history_rewritten || kind == alert_kind::commits_added ||
                         kind == alert_kind::tag_moved;
        if (way) return head;
        return settled ? whole : kind == alert_kind::new_model || covers(kind);
    };
    judgement.by_person = true;
    auto const rating = judge_rating(
        db, rules, target, scene_of(known, seen), std::nullopt, db.active_alerts(target.key()), now
    );
    if (rating) add_to(judgement, *rating, rules.publishers);
    auto const open = recall_alerts(db, judgement, now);
    auto const new_id = [now] { return fresh_id(now); };
    auto made = alerting::decide(open, judgement, rules.desk, now, new_id);
    for (auto& entry : made.touched) {
        if (entry.state == alert_state::resolved)
            entry.resolution = "accepted by " + how.by + ": " + how.reason;
    }
    storage::observation_write write;
    write.record = *record;
    write.record.baseline = storage::baseline_record{chosen->commit, {}, now, how.by, how.reason};
    write.baseline = known.baseline;
    add_decision(write, made, rules, now);
    auto event = event_of(target.key(), "accepted", "baseline moved by " + how.by + ": " + how.reason, now);
    event.commit = chosen->commit;
    event.by = how.by;
    write.events.push_back(std::move(event));
    db.accept(write, how.by, how.reason);
    if (rating) keep(db, target, *rating);
    return judged{db.find_watch(target.key()).value_or(write.record), made.touched};
}

} // namespace modelwatch
