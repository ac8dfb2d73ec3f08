#include "storage/columns.hpp"
#include "storage/damage.hpp"
#include "storage/tables.hpp"

namespace modelwatch::storage {

namespace {

std::int64_t row_of(connection& db, std::string const& watch_key) {
    auto const watch = find_watch_row(db, watch_key);
    if (!watch) throw storage_error(watch_key + ": nothing is recorded of it that could be rated");
    return *watch;
}

} // namespace

void write_evidence(connection& db, std::string const& watch_key, evidence_record const& record) {
    query{
        db,
        "INSERT INTO evidence (watch, observed_at, body) VALUES (?, ?, ?) ON CONFLICT (watch) DO UPDATE SET "
        "observed_at = excluded.observed_at, body = excluded.body",
        row_of(db, watch_key),
        record.observed_at,
        to_line(record.body)
    }
        .run();
}

std::optional<evidence_record> load_evidence(connection& db, std::string const& watch_key) {
    query row{
        db,
        "SELECT e.observed_at, e.body FROM evidence e JOIN watch w ON w.id = e.watch WHERE w.key = ?",
        watch_key
    };
    if (!row.step()) return std::nullopt;
    auto const at = row.moment();
    auto const body = [&] { return object_column(row.text()); };
    return evidence_record{at, reading_of("evidence of " + watch_key, body)};
}

void write_rating(connection& db, std::string const& watch_key, rating_record const& record) {
    query{
        db,
        "INSERT INTO rating (watch, at, level, rubric, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT (watch) DO "
        "UPDATE SET at = excluded.at, level = excluded.level, rubric = excluded.rubric, body = excluded.body",
        row_of(db, watch_key),
        record.now.at,
        record.now.level,
        record.now.rubric,
        to_line(to_json(record))
    }
        .run();
}

std::optional<rating_record> load_rating(connection& db, std::string const& watch_key) {
    query row{db, "SELECT r.body FROM rating r JOIN watch w ON w.id = r.watch WHERE w.key = ?", watch_key};
    if (!row.step()) return std::nullopt;
    auto const body = [&] { return rating_record_from_json(object_column(row.text())); };
    return reading_of("rating of " + watch_key, body);
}

} // namespace modelwatch::storage
