#include "storage/damage.hpp"
#include "storage/tables.hpp"

namespace modelwatch::storage {

namespace {

void prune_outbox(connection& db, instant before) {
    query{db, "DELETE FROM message WHERE state <> 'waiting' AND finished_at < ?", before}.run();
    query{
        db,
        "DELETE FROM alert WHERE state = 'resolved' AND resolved_at < ? AND NOT untold "
        "AND NOT EXISTS (SELECT 1 FROM message_item i WHERE i.alert = alert.seq)",
        before
    }
        .run();
    query{db, "DELETE FROM event WHERE at < ?", before}.run();
    query{
        db,
        "DELETE FROM silence WHERE coalesce(ended_at, until) < ? "
        "AND NOT EXISTS (SELECT 1 FROM alert a WHERE a.silence = silence.id)",
        before
    }
        .run();
}

/// Remembers the contents whose last user may be gone, so that the sweep need not look at every text.
void note_texts_of(connection& db, snapshot_id id) {
    query{
        db,
        "INSERT OR IGNORE INTO temp.loose_content SELECT t.content_id FROM snapshot s JOIN text_blob t "
        "ON t.id IN (s.card, s.chat_template) WHERE s.id = ?",
        id
    }
        .run();
}

/// A snapshot is superseded from the moment on at which the watch's next one was seen.
bool prune_snapshots(connection& db, instant before) {
    std::vector<snapshot_id> superseded;
    {
        query rows{
            db,
            "SELECT s.id FROM snapshot s "
            "WHERE EXISTS (SELECT 1 FROM snapshot n WHERE n.watch = s.watch AND n.id > s.id AND "
            "n.observed_at < ?) "
            "AND NOT EXISTS (SELECT 1 FROM baseline b WHERE b.snapshot = s.id) "
            "AND NOT EXISTS (SELECT 1 FROM watch w WHERE w.latest = s.id) "
            "AND NOT EXISTS (SELECT 1 FROM watch w WHERE w.deployed = s.id)",
            before
        };
        while (rows.step())
            superseded.push_back(rows.integer());
    }
    for (auto const id : superseded) {
        note_texts_of(db, id);
        query{db, "DELETE FROM snapshot WHERE id = ?", id}.run();
    }
    return !superseded.empty();
}

/// nullopt: a damaged set does not tell; then no file may go.
std::optional<std::vector<bool>> files_in_use(connection& db) {
    std::vector<bool> used(static_cast<std::size_t>(db.pragma("SELECT coalesce(max(id), 0) FROM file")) + 1);
    query sets{db, "SELECT files FROM file_set"};
    while (sets.step()) {
        std::string damage;
        auto const ids = as_far_as_readable(damage, "files", [&] { return unpack_ids(sets.text()); });
        if (!damage.empty()) return std::nullopt;
        for (auto const id : ids) {
            if (id < 0 || static_cast<std::size_t>(id) >= used.size()) return std::nullopt;
            used[static_cast<std::size_t>(id)] = true;
        }
    }
    return used;
}

void sweep_files(connection& db) {
    auto const dropped =
        query{
            db,
            "DELETE FROM file_set WHERE NOT EXISTS (SELECT 1 FROM snapshot s WHERE s.file_set = file_set.id)"
        }
            .run();
    if (dropped == 0) return;
    auto const used = files_in_use(db);
    if (!used) return;
    std::vector<std::int64_t> loose;
    {
        query rows{db, "SELECT id FROM file"};
        while (rows.step()) {
            auto const id = rows.integer();
            if (!(*used)[static_cast<std::size_t>(id)]) loose.push_back(id);
        }
    }
    for (auto const id : loose) {
        query{
            db,
            "INSERT OR IGNORE INTO temp.loose_content SELECT coalesce(sha256, oid) FROM file WHERE id = ?",
            id
        }
            .run();
        query{db, "DELETE FROM file WHERE id = ?", id}.run();
    }
}

void sweep_texts(connection& db) {
    query{
        db,
        "DELETE FROM text_blob WHERE content_id IN (SELECT content_id FROM temp.loose_content) "
        "AND content_id NOT IN (SELECT coalesce(sha256, oid) FROM file "
        "WHERE coalesce(sha256, oid) IN (SELECT content_id FROM temp.loose_content)) "
        "AND NOT EXISTS (SELECT 1 FROM snapshot s WHERE s.card = text_blob.id) "
        "AND NOT EXISTS (SELECT 1 FROM snapshot s WHERE s.chat_template = text_blob.id)"
    }
        .run();
}

} // namespace

void prune_rows(connection& db, instant before) {
    db.raw().exec("CREATE TEMP TABLE IF NOT EXISTS loose_content (content_id ANY PRIMARY KEY) STRICT");
    query{db, "DELETE FROM temp.loose_content"}.run();
    prune_outbox(db, before);
    if (!prune_snapshots(db, before)) return;
    sweep_files(db);
    sweep_texts(db);
    query{db, "DELETE FROM temp.loose_content"}.run();
}

void give_back_space(connection& db) {
    // In portions: one call must not keep the daemon from its work for long.
    db.raw().exec("PRAGMA incremental_vacuum(8192)");
}

} // namespace modelwatch::storage
