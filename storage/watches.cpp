#include "storage/columns.hpp"
#include "storage/damage.hpp"
#include "storage/tables.hpp"

#include <algorithm>
#include <array>

namespace modelwatch::storage {

namespace {

#define MODELWATCH_WATCH_COLUMNS                                                                             \
    "SELECT w.key, w.hub, w.repo, w.revision, w.tags, w.from_account, w.current_repo, w.latest, w.place, "   \
    "w.missing_streak, w.token_worked, w.proof, w.first_seen_at, w.last_success_at, w.last_attempt_at, "     \
    "w.failing_since, w.failures, w.last_error, w.next_due_at, w.next_time_condition_at, w.retired_at, "     \
    "b.commit_id, b.snapshot, b.set_at, b.set_by, b.reason, b.origin "                                       \
    "FROM watch w LEFT JOIN baseline b ON b.watch = w.id "

constexpr std::array<std::string_view, 4> origins{"first-use", "configuration", "person", "review"};

baseline_origin parse_origin(std::string_view text) {
    auto const found = std::find(origins.begin(), origins.end(), text);
    // Not known is not pinned.
    return found == origins.end() ? baseline_origin::person
                                  : static_cast<baseline_origin>(found - origins.begin());
}

/// The columns commit_id, snapshot, set_at, set_by, reason, origin.
baseline_record read_baseline(query& row) {
    baseline_record out;
    out.commit = row.text();
    out.snapshot = row.reference();
    out.set_at = row.moment();
    out.set_by = row.text();
    out.reason = row.text();
    out.origin = parse_origin(row.text());
    return out;
}

watch_record read_watch(query& row) {
    watch_record out;
    out.key = row.text();
    out.hub = row.text();
    out.repo = row.text();
    out.revision = row.text();
    std::string damage; // both come again: from the configuration and from the next poll
    out.tags = as_far_as_readable(damage, "labels", [&] { return labels_column(row.text()); });
    out.from_account = row.text();
    out.current_repo = row.text();
    out.latest = row.reference();
    out.place = as_far_as_readable(damage, "place", [&] { return parse_standing(row.text()); });
    out.missing_streak = row.number();
    out.token_worked = row.flag();
    out.proof = row.text();
    if (!damage.empty()) out.proof.clear(); // what is seen next is judged whole
    out.first_seen_at = row.when();
    out.last_success_at = row.when();
    out.last_attempt_at = row.when();
    out.failing_since = row.when();
    out.failures = row.number();
    out.last_error = row.text();
    out.next_due_at = row.when();
    out.next_time_condition_at = row.when();
    out.retired_at = row.when();
    if (auto found = read_baseline(row); !found.commit.empty()) out.baseline = std::move(found);
    return out;
}

} // namespace

std::string_view to_string(baseline_origin value) noexcept {
    return origins[static_cast<std::size_t>(value)];
}

std::vector<watch_record> load_watches(connection& db) {
    std::vector<watch_record> out;
    query rows{db, MODELWATCH_WATCH_COLUMNS "ORDER BY w.id"};
    while (rows.step())
        out.push_back(read_watch(rows));
    return out;
}

std::optional<watch_record> load_watch(connection& db, std::string const& key) {
    query row{db, MODELWATCH_WATCH_COLUMNS "WHERE w.key = ?", key};
    if (!row.step()) return std::nullopt;
    return read_watch(row);
}

std::int64_t write_watch(connection& db, watch_record const& record) {
    query row{
        db,
        "INSERT INTO watch (key, hub, repo, revision, tags, from_account, current_repo, place, "
        "missing_streak, "
        "token_worked, proof, first_seen_at, last_success_at, last_attempt_at, failing_since, failures, "
        "last_error, "
        "next_due_at, next_time_condition_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "?) "
        "ON CONFLICT (key) DO UPDATE SET tags = excluded.tags, from_account = excluded.from_account, "
        "current_repo = excluded.current_repo, place = excluded.place, missing_streak = "
        "excluded.missing_streak, "
        "token_worked = excluded.token_worked, proof = excluded.proof, "
        "first_seen_at = coalesce(first_seen_at, excluded.first_seen_at), "
        "last_success_at = excluded.last_success_at, last_attempt_at = excluded.last_attempt_at, "
        "failing_since = excluded.failing_since, failures = excluded.failures, last_error = "
        "excluded.last_error, "
        "next_due_at = excluded.next_due_at, next_time_condition_at = excluded.next_time_condition_at, "
        "retired_at = NULL RETURNING id",
        record.key,
        record.hub,
        record.repo,
        record.revision,
        to_column(record.tags),
        record.from_account,
        record.current_repo,
        to_string(record.place),
        record.missing_streak,
        record.token_worked,
        record.proof,
        record.first_seen_at,
        record.last_success_at,
        record.last_attempt_at,
        record.failing_since,
        record.failures,
        record.last_error,
        record.next_due_at,
        record.next_time_condition_at
    };
    row.step();
    return row.integer();
}

std::optional<std::int64_t> find_watch_row(connection& db, std::string const& key) {
    query row{db, "SELECT id FROM watch WHERE key = ?", key};
    if (!row.step()) return std::nullopt;
    return row.integer();
}

void touch_watch(connection& db, watch_record const& record) {
    auto const changed =
        query{
            db,
            "UPDATE watch SET tags = ?, from_account = ?, missing_streak = ?, token_worked = ?, proof = ?, "
            "last_success_at = ?, last_attempt_at = ?, failing_since = ?, failures = ?, last_error = ?, "
            "next_due_at = ?, "
            "next_time_condition_at = ?, retired_at = NULL WHERE key = ?",
            to_column(record.tags),
            record.from_account,
            record.missing_streak,
            record.token_worked,
            record.proof,
            record.last_success_at,
            record.last_attempt_at,
            record.failing_since,
            record.failures,
            record.last_error,
            record.next_due_at,
            record.next_time_condition_at,
            record.key
        }
            .run();
    if (changed == 0) static_cast<void>(write_watch(db, record));
}

void set_latest(connection& db, std::int64_t watch, snapshot_id id) {
    query{db, "UPDATE watch SET latest = ? WHERE id = ?", id, watch}.run();
}

void set_deployed(connection& db, std::int64_t watch, snapshot_id id) {
    query{db, "UPDATE watch SET deployed = ? WHERE id = ?", id, watch}.run();
}

std::optional<baseline_record> load_baseline(connection& db, std::int64_t watch) {
    query row{
        db, "SELECT commit_id, snapshot, set_at, set_by, reason, origin FROM baseline WHERE watch = ?", watch
    };
    if (!row.step()) return std::nullopt;
    return read_baseline(row);
}

void write_baseline(connection& db, std::int64_t watch, baseline_record const& baseline) {
    query{
        db,
        "INSERT INTO baseline (watch, commit_id, snapshot, set_at, set_by, reason, origin) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (watch) DO UPDATE SET commit_id = excluded.commit_id, snapshot = excluded.snapshot, "
        "set_at = excluded.set_at, set_by = excluded.set_by, reason = excluded.reason, origin = "
        "excluded.origin",
        watch,
        baseline.commit,
        baseline.snapshot,
        baseline.set_at,
        baseline.set_by,
        baseline.reason,
        to_string(baseline.origin)
    }
        .run();
}

} // namespace modelwatch::storage
