#include "storage/tables.hpp"

#include <fmt/format.h>

namespace modelwatch::storage {

namespace {

constexpr std::size_t most_problems = 100;

void add_problem(check_report& report, std::string text) {
    if (report.problems.size() < most_problems) report.problems.push_back(std::move(text));
}

void check_pages(connection& db, check_report& report) {
    SQLite::Statement rows{db.raw(), "PRAGMA integrity_check(100)"};
    while (rows.executeStep()) {
        auto const text = rows.getColumn(0).getString();
        if (text != "ok") add_problem(report, "database file: " + text);
    }
}

void check_references(connection& db, check_report& report) {
    SQLite::Statement rows{db.raw(), "PRAGMA foreign_key_check"};
    while (rows.executeStep()) {
        add_problem(
            report,
            fmt::format(
                "{} row {} refers to a row of {} that does not exist",
                rows.getColumn(0).getString(),
                rows.getColumn(1).getInt64(),
                rows.getColumn(2).getString()
            )
        );
    }
}

/// Queries that must find nothing; the first column says where.
void check_rules(connection& db, check_report& report) {
    struct rule {
        char const* sql;
        char const* problem;
    };

    static constexpr rule rules[] = {
        {"SELECT w.key FROM watch w JOIN snapshot s ON s.id IN (w.latest, w.deployed) WHERE s.watch <> w.id",
         "watch {} refers to a snapshot of another watch"},
        {"SELECT w.key FROM baseline b JOIN watch w ON w.id = b.watch JOIN snapshot s ON s.id = b.snapshot "
         "WHERE s.watch <> b.watch OR substr(s.commit_id, 1, length(b.commit_id)) <> b.commit_id",
         "the baseline of watch {} is not the snapshot that it refers to"},
        {"SELECT m.id FROM message m JOIN message_item i ON i.message = m.seq WHERE i.alert IS NULL AND "
         "m.type LIKE 'alert.%'",
         "message {} tells of an alert that does not exist"},
        {"SELECT m.id FROM message m WHERE m.type LIKE 'alert.%' AND NOT EXISTS (SELECT 1 FROM message_item "
         "i WHERE "
         "i.message = m.seq)",
         "message {} tells of no alert"},
    };
    for (auto const& one : rules) {
        query rows{db, one.sql};
        while (rows.step())
            add_problem(report, fmt::format(fmt::runtime(one.problem), rows.text()));
    }
}

std::vector<bool> known_files(connection& db) {
    std::vector<bool> known(static_cast<std::size_t>(db.pragma("SELECT coalesce(max(id), 0) FROM file")) + 1);
    query rows{db, "SELECT id FROM file"};
    while (rows.step())
        known[static_cast<std::size_t>(rows.integer())] = true;
    return known;
}

bool holds(std::vector<bool> const& known, std::int64_t id) {
    return id > 0 && static_cast<std::size_t>(id) < known.size() && known[static_cast<std::size_t>(id)];
}

void check_file_sets(connection& db, check_report& report) {
    auto const known = known_files(db);
    query rows{db, "SELECT id, files FROM file_set"};
    while (rows.step()) {
        auto const set = rows.integer();
        try {
            for (auto const file : unpack_ids(rows.text())) {
                if (holds(known, file)) continue;
                add_problem(
                    report, fmt::format("file set {} refers to file {}, which does not exist", set, file)
                );
                break;
            }
        } catch (std::runtime_error const&) {
            add_problem(report, fmt::format("file set {} is damaged", set));
        }
    }
}

} // namespace

void check_database(connection& db, check_report& report) {
    report.schema_version = static_cast<int>(db.pragma("PRAGMA user_version"));
    check_pages(db, report);
    check_references(db, report);
    check_rules(db, report);
    check_file_sets(db, report);
    check_rows(db, report);
    check_audit(db, report);
    report.ok = report.problems.empty();
}

std::optional<std::string> load_meta(connection& db, std::string const& key) {
    query row{db, "SELECT value FROM meta WHERE key = ?", key};
    if (!row.step()) return std::nullopt;
    return row.text();
}

void save_meta(connection& db, std::string const& key, std::string const& value) {
    query{
        db,
        "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        key,
        value
    }
        .run();
}

} // namespace modelwatch::storage
