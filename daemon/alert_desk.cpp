#include "daemon/alert_desk.hpp"

#include "daemon/alerting/passing_time.hpp"

#include <algorithm>
#include <set>

namespace modelwatch {

namespace {

constexpr std::size_t most_silences = 10'000;

std::set<std::string> reminded_of(storage::observation_write const& write) {
    std::set<std::string> out;
    for (auto const& one : write.messages) {
        if (one.type == message_type::reminder) out.insert(one.alert_id);
    }
    return out;
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
        // A reminder is no event: neither in the history of its watch nor for the caller.
        auto const reminded = reminded_of(write);
        std::erase_if(write.events, [&](storage::event_record const& event) {
            return reminded.contains(std::string{text_of(event.facts, "alert")});
        });
        db.record(write);
        touched = std::move(made.touched);
        std::erase_if(touched, [&](alert const& entry) { return reminded.contains(entry.id); });
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
