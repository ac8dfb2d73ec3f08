#include "storage/tables.hpp"

#include <fmt/format.h>

namespace modelwatch::storage {

namespace {

struct saved_snapshots {
    std::optional<snapshot_id> latest;
    std::optional<snapshot_id> baseline;
};

saved_snapshots save_snapshots(connection& db, std::int64_t watch, observation_write const& write) {
    saved_snapshots saved;
    // The baseline's first: a later row is a later state of the watch.
    if (write.baseline) saved.baseline = save_snapshot(db, watch, *write.baseline);
    if (write.deployed) set_deployed(db, watch, save_snapshot(db, watch, *write.deployed));
    if (write.latest) {
        saved.latest = save_snapshot(db, watch, *write.latest);
        set_latest(db, watch, *saved.latest);
    }
    if (write.baseline_is_latest && !saved.baseline) {
        saved.baseline = saved.latest ? saved.latest : write.record.latest;
    }
    return saved;
}

/// The baseline that a write asks for: the record's, with the snapshot that was stored with it.
std::optional<baseline_record> wanted_baseline(observation_write const& write, saved_snapshots const& saved) {
    auto wanted = write.record.baseline;
    if (!wanted && write.baseline_is_latest && write.latest) {
        wanted = baseline_record{
            write.latest->commit, {}, write.now, "first-use", "first poll", baseline_origin::first_use
        };
    }
    if (!wanted) return std::nullopt;
    if (saved.baseline) wanted->snapshot = saved.baseline;
    auto const& stored = write.baseline ? write.baseline : write.latest;
    bool const names_other = saved.baseline && stored && !stored->commit.starts_with(wanted->commit);
    if (names_other) {
        throw storage_error(fmt::format(
            "{}: the snapshot to trust is of commit {}, the baseline of {}: nothing was recorded",
            write.record.key,
            stored->commit,
            wanted->commit
        ));
    }
    return wanted;
}

/// A round of polling creates a baseline, completes one with its snapshot, or follows the configuration to a
/// newer one. It never undoes a decision that a person took after the round had read its record.
void settle_baseline(
    connection& db, std::int64_t watch, std::string const& key, baseline_record const& wanted, instant now
) {
    auto const known = load_baseline(db, watch);
    if (known && known->commit == wanted.commit) {
        if (known->snapshot || !wanted.snapshot) return;
        auto completed = *known;
        completed.snapshot = wanted.snapshot;
        write_baseline(db, watch, completed);
        return;
    }
    // What is dated long after this round was dated by a clock that was wrong: it does not hold off for ever
    // what this round decides.
    bool const misdated = known && known->set_at > now + std::chrono::hours{1} && wanted.set_at == now;
    if (known && wanted.set_at <= known->set_at && !misdated) return;
    write_baseline(db, watch, wanted);
    audit_record entry;
    entry.at = wanted.set_at;
    entry.action = known ? "baseline-changed" : "baseline-created";
    entry.subject = key;
    entry.by = wanted.set_by;
    entry.reason = wanted.reason;
    entry.facts["commit"] = wanted.commit;
    if (known) entry.facts["from"] = known->commit;
    append_audit(db, std::move(entry));
}

void save_events(connection& db, observation_write const& write) {
    for (auto entry : write.events) {
        if (entry.watch_key.empty()) entry.watch_key = write.record.key;
        if (entry.at == instant{}) entry.at = write.now;
        save_event(db, entry);
    }
}

/// Everything of a write but the watch row and the baseline.
void save_rest(connection& db, std::optional<std::int64_t> watch, observation_write const& write) {
    for (auto const& file : write.texts)
        save_text(db, file.content_id, file.text);
    if (watch) save_commits(db, *watch, write.commits);
    save_alerts(db, write.alerts);
    save_events(db, write);
    post_messages(db, write);
}

bool concerns_a_watch(observation_write const& write) {
    if (!write.record.key.empty()) return true;
    bool const has_state = write.latest || write.baseline || write.deployed || !write.commits.empty();
    if (has_state)
        throw storage_error("a snapshot or commits without the key of their watch: nothing was recorded");
    return false; // about the monitor itself
}

} // namespace

void write_observation(connection& db, observation_write const& write) {
    std::optional<std::int64_t> watch;
    if (concerns_a_watch(write)) {
        watch = write_watch(db, write.record);
        auto const saved = save_snapshots(db, *watch, write);
        auto const wanted = wanted_baseline(write, saved);
        if (wanted) settle_baseline(db, *watch, write.record.key, *wanted, write.now);
    }
    save_rest(db, watch, write);
}

void write_acceptance(
    connection& db, observation_write const& write, std::string const& by, std::string const& reason
) {
    if (by.empty()) throw storage_error(write.record.key + ": a baseline needs a name: who accepts it?");
    if (!concerns_a_watch(write)) throw storage_error("accept: no watch was named");
    // The book-keeping of a row that exists belongs to the daemon, which may have polled meanwhile.
    auto watch = find_watch_row(db, write.record.key);
    if (!watch) watch = write_watch(db, write.record);
    auto const saved = save_snapshots(db, *watch, write);
    auto wanted = wanted_baseline(write, saved);
    if (!wanted) throw storage_error(write.record.key + ": accept: no commit was named");
    auto const known = load_baseline(db, *watch);
    wanted->set_at = write.now;
    wanted->set_by = by;
    wanted->reason = reason;
    if (wanted->origin != baseline_origin::review) wanted->origin = baseline_origin::person;
    write_baseline(db, *watch, *wanted);

    audit_record entry;
    entry.at = write.now;
    entry.action = "accept";
    entry.subject = write.record.key;
    entry.by = by;
    entry.reason = reason;
    entry.facts["commit"] = wanted->commit;
    if (known) entry.facts["from"] = known->commit;
    event_record told{
        0, write.now, write.record.key, "accepted", {}, reason, wanted->commit, by, entry.facts
    };
    append_audit(db, std::move(entry));
    bool already_told = false;
    for (auto const& one : write.events)
        already_told = already_told || one.what == told.what;
    if (!already_told) save_event(db, told);
    save_rest(db, watch, write);
}

void retire_watch(connection& db, std::string const& key, std::string const& why, instant now) {
    auto open = load_active_alerts(db, key);
    for (auto& entry : open) {
        entry.state = alert_state::resolved;
        entry.resolved_at = now;
        entry.updated_at = now;
        entry.resolution = why;
        event_record told;
        told.at = now;
        told.watch_key = key;
        told.what = "resolved";
        told.level = to_string(entry.what.level);
        told.text = std::string{to_string(entry.what.kind)} + ": " + why;
        told.commit = entry.what.commit;
        told.facts["alert"] = entry.id;
        save_event(db, told);
    }
    save_alerts(db, open);
    auto const retired =
        query{
            db,
            "UPDATE watch SET retired_at = ?, next_due_at = NULL WHERE key = ? AND retired_at IS NULL",
            now,
            key
        }
            .run();
    if (retired == 0) return;
    event_record told;
    told.at = now;
    told.watch_key = key;
    told.what = "retired";
    told.text = why;
    save_event(db, told);
}

} // namespace modelwatch::storage
