#include "daemon/alert_desk.hpp"

#include "daemon/alerting/passing_time.hpp"

#include <algorithm>
#include <set>

namespace modelwatch {

namespace {

constexpr std::size_t most_silences = 10'000;

/// Alerts with which nothing has happened: people were only reminded of them, or a time of theirs was mended.
std::set<std::string> unmoved(
    std::vector<alert> const& before, alerting::decision const& made, storage::observation_write const& write
) {
    std::set<std::string> out;
    for (auto const& entry : made.touched) {
        auto const same = [&](alert const& old) {
            return old.id == entry.id && old.state == entry.state && old.hold == entry.hold &&
                   old.untold == entry.untold;
        };
        if (std::any_of(before.begin(), before.end(), same)) out.insert(entry.id);
    }
    for (auto const& one : write.messages) {
        if (one.type == message_type::reminder) {
            out.insert(one.alert_id);
        } else {
            out.erase(one.alert_id);
        }
    }
    return out;
}

/// An acknowledgement that has reached its end is an event of its own; that the alert is open is known.
void note_lapse(storage::observation_write& write, alert const& before, instant now) {
    bool const lapsed = before.state == alert_state::acknowledged && before.acknowledged_until &&
                        *before.acknowledged_until <= now;
    if (!lapsed) return;
    storage::event_record out;
    out.at = now;
    out.watch_key = before.watch_key;
    out.what = "acknowledgement-ended";
    out.level = to_string(before.what.level);
    out.text = std::string{to_string(before.what.kind)} + ": " + before.what.summary;
    out.facts = {{"alert", before.id}};
    write.events.push_back(std::move(out));
}

storage::event_record silenced_event(alert const& entry, silence const& by, instant now) {
    storage::event_record out;
    out.at = now;
    out.watch_key = entry.watch_key;
    out.what = "silenced";
    out.text = std::string{to_string(entry.what.kind)} + ": " + by.reason;
    out.by = by.by;
    out.facts = {{"alert", entry.id}, {"silence", by.id}, {"until", to_rfc3339(by.until)}};
    return out;
}

} // namespace

std::vector<alert> let_time_pass(storage::store& db, judge_rules const& rules, instant now) {
    std::vector<alert> touched;
    auto const all = [&] {
        storage::waiting_for what;
        what.now = now;
        what.told_before = now - rules.desk.remind_after;
        what.absent_before = now - alerting::calm_after;
        auto const waiting = db.waiting_alerts(what);
        if (waiting.empty()) return;
        auto made = alerting::pass_time(waiting, db.silences(now, most_silences), rules.desk, now);
        if (made.empty()) return;
        storage::observation_write write;
        add_decision(write, made, rules, now);
        for (auto const& entry : waiting)
            note_lapse(write, entry, now);
        // A reminder, or a mended time, is nothing that the caller must hear of.
        auto const quiet = unmoved(waiting, made, write);
        db.record(write);
        touched = std::move(made.touched);
        std::erase_if(touched, [&](alert const& entry) { return quiet.contains(entry.id); });
    };
    db.in_transaction(all);
    return touched;
}

std::vector<alert> begin_silence(storage::store& db, silence& entry, instant now) {
    entry.id = fresh_id(now);
    entry.created_at = now;
    std::vector<alert> touched;
    auto const all = [&] {
        db.add_silence(entry);
        auto made = alerting::begin_silence(db.active_alerts({}), db.silences(now, most_silences), now);
        if (made.empty()) return;
        storage::observation_write write;
        write.now = now;
        for (auto const& one : made.touched)
            write.events.push_back(silenced_event(one, entry, now));
        write.alerts = made.touched;
        db.record(write);
        touched = std::move(made.touched);
    };
    db.in_transaction(all);
    return touched;
}

bool end_silence(
    storage::store& db,
    judge_rules const& rules,
    std::string const& id,
    std::string const& by,
    std::string const& reason,
    instant now
) {
    bool ended = false;
    auto const all = [&] {
        ended = db.end_silence(id, by, reason, now);
        if (ended) (void)let_time_pass(db, rules, now);
    };
    db.in_transaction(all);
    return ended;
}

alert acknowledge(
    storage::store& db,
    alert entry,
    std::string const& by,
    std::string const& reason,
    std::optional<instant> until,
    instant now
) {
    entry.state = alert_state::acknowledged;
    entry.acknowledged_by = by;
    entry.acknowledged_reason = reason;
    entry.acknowledged_until = until;
    entry.updated_at = now;
    storage::observation_write write;
    if (auto const row = db.find_watch(entry.watch_key)) write.record = *row;
    write.now = now;
    write.alerts.push_back(entry);
    storage::event_record event;
    event.at = now;
    event.watch_key = entry.watch_key;
    event.what = "acknowledged";
    event.text = std::string{to_string(entry.what.kind)} + (reason.empty() ? "" : ": " + reason);
    event.by = by;
    event.facts = {{"alert", entry.id}};
    write.events.push_back(std::move(event));
    db.record(write);
    return entry;
}

} // namespace modelwatch
