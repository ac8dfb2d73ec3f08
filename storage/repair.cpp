#include "storage/tables.hpp"

#include <fmt/format.h>

namespace modelwatch::storage {

namespace {

/// What is left out is brought again, by the configuration or by the next poll.
struct mendable_column {
    char const* sql; ///< row number, key and text of each row
    column_shape shape;
    char const* mend; ///< one parameter: the row number
    char const* done; ///< "… {}" with the key
};

using enum column_shape;

constexpr mendable_column columns[] = {
    {"SELECT id, key, tags FROM watch",
     labels,
     "UPDATE watch SET tags = '', proof = '' WHERE id = ?",
     "labels of {} emptied: the configuration has them"},
    {"SELECT id, key, place FROM watch",
     standing,
     "UPDATE watch SET place = 'present', proof = '' WHERE id = ?",
     "place of {} forgotten: the next poll tells it"},
    {"SELECT e.watch, w.key, e.body FROM evidence e JOIN watch w ON w.id = e.watch",
     object,
     "DELETE FROM evidence WHERE watch = ?",
     "evidence of {} dropped: the next poll gathers it again"},
    {"SELECT r.watch, w.key, r.body FROM rating r JOIN watch w ON w.id = r.watch",
     rating,
     "DELETE FROM rating WHERE watch = ?",
     "rating of {} dropped: the next poll makes it again, and what comes then is what later ones are "
     "compared with"},
    {"SELECT c.id, w.key || ' commit ' || c.commit_id, c.authors FROM commit_log c JOIN watch w ON w.id = "
     "c.watch",
     texts,
     "UPDATE commit_log SET authors = '' WHERE id = ?",
     "authors of {} emptied"},
    {"SELECT id, id, facts FROM event",
     object,
     "UPDATE event SET facts = '' WHERE id = ?",
     "facts of event {} emptied"},
    {"SELECT seq, id, pending FROM message",
     texts,
     "UPDATE message SET pending = '' WHERE seq = ?",
     "recipients of message {} emptied: all get it"},
    {"SELECT seq, id, payload FROM message",
     object,
     "UPDATE message SET payload = '', state = CASE WHEN state = 'waiting' THEN 'dropped' ELSE state END, "
     "finished_at = coalesce(finished_at, created_at), next_attempt_at = NULL, last_answer = 'its text was "
     "damaged in "
     "the database' WHERE seq = ?",
     "text of message {} emptied"},
};

struct damaged_row {
    std::int64_t row = 0;
    std::string key;
};

void mend_column(connection& db, mendable_column const& which, repair_report& report) {
    std::vector<damaged_row> found;
    {
        query rows{db, which.sql};
        while (rows.step()) {
            auto const row = rows.integer();
            auto key = rows.text();
            if (column_fault(which.shape, rows.text())) found.push_back({row, std::move(key)});
        }
    }
    for (auto const& one : found) {
        query{db, which.mend, one.row}.run();
        report.done.push_back(fmt::format(fmt::runtime(which.done), one.key));
    }
}

/// What a message says of an alert is written again from the alert.
void mend_items(connection& db, repair_report& report) {
    std::vector<damaged_row> found; // the key is the alert's number
    {
        query rows{db, "SELECT id, alert, body FROM message_item WHERE alert IS NOT NULL"};
        while (rows.step()) {
            auto const row = rows.integer();
            auto alert_row = rows.text();
            if (column_fault(alert, rows.text())) found.push_back({row, std::move(alert_row)});
        }
    }
    for (auto const& one : found) {
        auto const entry = load_alert(db, std::stoll(one.key));
        if (!entry || !entry->damage.empty()) continue;
        query{db, "UPDATE message_item SET body = ? WHERE id = ?", item_body(*entry), one.row}.run();
        report.done.push_back("what a message says of alert " + entry->id + " written again");
    }
}

std::vector<snapshot_id> damaged_snapshots(connection& db) {
    std::vector<snapshot_id> out;
    query rows{db, "SELECT id FROM snapshot ORDER BY id"};
    while (rows.step()) {
        auto const id = rows.integer();
        if (snapshot_fault(db, id)) out.push_back(id);
    }
    return out;
}

/// A watch that has no latest state is looked at whole by the next poll, which mends the texts that it shares
/// with its baseline.
void forget_present_state(connection& db, snapshot_id id, repair_report& report) {
    query{db, "UPDATE watch SET deployed = NULL WHERE deployed = ?", id}.run();
    auto const forgotten =
        query{
            db,
            "UPDATE watch SET latest = NULL, proof = '' WHERE latest IS NOT NULL AND "
            "(latest = ?1 OR id IN (SELECT watch FROM baseline WHERE snapshot = ?1))",
            id
        }
            .run();
    if (forgotten == 0) return;
    report.done.push_back(
        fmt::format("snapshot {}: the present state of its watch is forgotten: the next poll fetches it", id)
    );
}

void drop_snapshot(connection& db, snapshot_id id, repair_report& report) {
    forget_present_state(db, id, report);
    query trusted{db, "SELECT 1 FROM baseline WHERE snapshot = ?", id};
    if (trusted.step()) return;
    query{db, "DELETE FROM snapshot WHERE id = ?", id}.run();
    report.done.push_back(fmt::format("snapshot {} dropped", id));
}

} // namespace

void repair_rows(connection& db, repair_report& report) {
    for (auto const& one : columns)
        mend_column(db, one, report);
    mend_items(db, report);
    for (auto const id : damaged_snapshots(db))
        drop_snapshot(db, id, report);
}

} // namespace modelwatch::storage
