#include "storage/columns.hpp"
#include "storage/damage.hpp"
#include "storage/ids.hpp"
#include "storage/tables.hpp"

namespace modelwatch::storage {

namespace {

#define MODELWATCH_SILENCE_COLUMNS                                                                           \
    "SELECT id, repo, kind, tags, created_at, until, by, reason, ended_at, ended_by, end_reason FROM "       \
    "silence "

/// One whose labels cannot be read would hold more than was meant: it is listed, but holds nothing.
std::vector<silence> read_silences(query& rows, bool to_obey = false) {
    std::vector<silence> out;
    while (rows.step()) {
        silence entry;
        entry.id = rows.text();
        entry.repo = rows.text();
        entry.kind = rows.text();
        std::string damage;
        entry.tags = as_far_as_readable(damage, "labels", [&] { return labels_column(rows.text()); });
        entry.created_at = rows.moment();
        entry.until = rows.moment();
        entry.by = rows.text();
        entry.reason = rows.text();
        entry.ended_at = rows.when();
        entry.ended_by = rows.text();
        entry.end_reason = rows.text();
        if (!damage.empty() && to_obey) continue;
        if (!damage.empty()) entry.reason += " (holds nothing: damaged in the database: " + damage + ")";
        out.push_back(std::move(entry));
    }
    return out;
}

audit_record
audit_of(silence const& entry, char const* action, std::string by, std::string reason, instant at) {
    audit_record out;
    out.at = at;
    out.action = action;
    out.subject = scope_of(entry);
    out.by = std::move(by);
    out.reason = std::move(reason);
    out.facts = {{"silence", entry.id}, {"until", to_rfc3339(entry.until)}};
    return out;
}

} // namespace

void insert_silence(connection& db, silence const& entry) {
    if (entry.by.empty() || entry.reason.empty())
        throw storage_error("a silence needs a name and a reason: nothing was recorded");
    query{
        db,
        "INSERT INTO silence (id, repo, kind, tags, created_at, until, by, reason) VALUES (?, ?, ?, ?, ?, ?, "
        "?, "
        "?)",
        entry.id,
        entry.repo,
        entry.kind,
        to_column(entry.tags),
        entry.created_at,
        entry.until,
        entry.by,
        entry.reason
    }
        .run();
    append_audit(db, audit_of(entry, "silence", entry.by, entry.reason, entry.created_at));
}

bool finish_silence(
    connection& db, std::string const& id, std::string const& by, std::string const& reason, instant now
) {
    auto const known = find_silence_row(db, id);
    if (!known || !known->in_force(now)) return false;
    query{
        db,
        "UPDATE silence SET ended_at = ?, ended_by = ?, end_reason = ? WHERE id = ?",
        now,
        by,
        reason,
        known->id
    }
        .run();
    append_audit(db, audit_of(*known, "unsilence", by, reason, now));
    return true;
}

std::vector<silence> load_silences(connection& db, std::optional<instant> in_force_at, std::size_t limit) {
    if (!in_force_at) {
        query rows{db, MODELWATCH_SILENCE_COLUMNS "ORDER BY created_at DESC, id DESC LIMIT ?", limit};
        return read_silences(rows);
    }
    query rows{
        db,
        MODELWATCH_SILENCE_COLUMNS "WHERE ended_at IS NULL AND until > ? ORDER BY created_at DESC, id DESC "
                                   "LIMIT ?",
        *in_force_at,
        limit
    };
    return read_silences(rows, true);
}

std::optional<silence> find_silence_row(connection& db, std::string const& id_or_part) {
    auto const read = [](query& rows) { return read_silences(rows); };
    auto const id_of = [](silence const& one) { return one.id; };
    return find_by_part(db, MODELWATCH_SILENCE_COLUMNS, id_or_part, read, id_of);
}

} // namespace modelwatch::storage
