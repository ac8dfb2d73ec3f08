#include "daemon/model/json_read.hpp"
#include "storage/columns.hpp"
#include "storage/damage.hpp"
#include "storage/ids.hpp"
#include "storage/tables.hpp"

namespace modelwatch::storage {

namespace {

#define MODELWATCH_ALERT_COLUMNS                                                                             \
    "SELECT id, watch_key, kind, dedupe, subject, summary, detail, action, baseline_commit, commit_id, "     \
    "files, "                                                                                                \
    "evidence, level, state, announced, repo, hub, revision, tags, url, opened_at, updated_at, "             \
    "resolved_at, "                                                                                          \
    "last_sent_at, acknowledged_by, acknowledged_reason, acknowledged_until, resolution, silence, "          \
    "silenced_level, silenced_at, silenced_until, untold, openings, absent_since FROM alert "

std::string files_to_column(std::vector<file_evidence> const& files) {
    if (files.empty()) return {};
    json::array out;
    out.reserve(files.size());
    for (auto const& file : files)
        out.push_back(to_json(file));
    return to_line(out);
}

std::optional<alert_kind> known_kind(std::string const& word) {
    auto const kind = parse_alert_kind(word);
    if (!kind) throw std::runtime_error(word + " is not a kind");
    return kind;
}

std::optional<severity> known_level(std::string const& word) {
    auto const level = parse_severity(word);
    if (!level) throw std::runtime_error(word + " is not a severity");
    return level;
}

/// A kind or severity that this program does not know is read as the gravest.
change read_change(query& row, std::string& damage) {
    change out;
    out.kind = as_far_as_readable(damage, "kind", [&] {
                   return known_kind(row.text());
               }).value_or(alert_kind::state_lost);
    out.dedupe = row.text();
    out.subject = row.text();
    out.summary = row.text();
    out.detail = row.text();
    out.action = row.text();
    out.baseline_commit = row.text();
    out.commit = row.text();
    out.files = as_far_as_readable(damage, "files", [&] { return files_column(row.text()); });
    out.evidence = as_far_as_readable(damage, "evidence", [&] { return object_column(row.text()); });
    out.level = as_far_as_readable(damage, "severity", [&] {
                    return known_level(row.text());
                }).value_or(severity::critical);
    return out;
}

/// Four columns; all are read whatever the first says.
std::optional<silence_hold> read_hold(query& row) {
    silence_hold out;
    out.silence = row.text();
    auto const level = parse_severity(row.text());
    auto const since = row.when();
    auto const until = row.when();
    if (!level || !since || !until) return std::nullopt;
    out.level = *level;
    out.since = *since;
    out.until = *until;
    return out;
}

alert read_alert(query& row) {
    alert out;
    out.id = row.text();
    out.watch_key = row.text();
    out.what = read_change(row, out.damage);
    out.state = parse_alert_state(row.text());
    out.announced = row.flag();
    out.repo = row.text();
    out.hub = row.text();
    out.revision = row.text();
    out.tags = as_far_as_readable(out.damage, "labels", [&] { return labels_column(row.text()); });
    out.url = row.text();
    out.opened_at = row.moment();
    out.updated_at = row.moment();
    out.resolved_at = row.when();
    out.last_sent_at = row.when();
    out.acknowledged_by = row.text();
    out.acknowledged_reason = row.text();
    out.acknowledged_until = row.when();
    out.resolution = row.text();
    out.hold = read_hold(row);
    out.untold = row.flag();
    out.openings = row.number();
    out.absent_since = row.when();
    if (!out.damage.empty())
        out.what.detail +=
            "\nThis alert is damaged in the database (" + out.damage + "): run `modelwatch db check`.";
    return out;
}

std::vector<alert> read_alerts(query& rows) {
    std::vector<alert> out;
    while (rows.step())
        out.push_back(read_alert(rows));
    return out;
}

/// For decisions: an active alert that is not known whole must not be taken for another.
std::vector<alert> read_whole_alerts(query& rows) {
    auto out = read_alerts(rows);
    for (auto const& entry : out) {
        if (entry.active() && !entry.damage.empty())
            throw std::runtime_error("alert " + entry.id + ": " + entry.damage);
    }
    std::erase_if(out, [](alert const& entry) { return !entry.damage.empty(); });
    return out;
}

struct hold_columns {
    std::optional<std::string> silence;
    std::string_view level;
    std::optional<instant> since;
    std::optional<instant> until;
};

hold_columns columns_of(std::optional<silence_hold> const& hold) {
    if (!hold) return {};
    return {hold->silence, to_string(hold->level), hold->since, hold->until};
}

/// What has become of a damaged alert, without what it is about: that stays as it is stored.
void save_state(connection& db, alert const& entry) {
    auto const held = columns_of(entry.hold);
    query{
        db,
        "UPDATE alert SET state = ?, announced = ?, updated_at = ?, resolved_at = ?, last_sent_at = ?, "
        "acknowledged_by = ?, acknowledged_reason = ?, acknowledged_until = ?, resolution = ?, silence = ?, "
        "silenced_level = ?, silenced_at = ?, silenced_until = ?, untold = ?, openings = ?, absent_since = ? "
        "WHERE id = ?",
        to_string(entry.state),
        entry.announced,
        entry.updated_at,
        entry.resolved_at,
        entry.last_sent_at,
        entry.acknowledged_by,
        entry.acknowledged_reason,
        entry.acknowledged_until,
        entry.resolution,
        held.silence,
        held.level,
        held.since,
        held.until,
        entry.untold,
        entry.openings,
        entry.absent_since,
        entry.id
    }
        .run();
}

void save_alert(connection& db, alert const& entry) {
    if (!entry.damage.empty()) return save_state(db, entry);
    auto const held = columns_of(entry.hold);
    query{
        db,
        "INSERT INTO alert (id, watch_key, kind, dedupe, subject, summary, detail, action, baseline_commit, "
        "commit_id, "
        "files, evidence, level, state, announced, repo, hub, revision, tags, url, opened_at, updated_at, "
        "resolved_at, "
        "last_sent_at, acknowledged_by, acknowledged_reason, acknowledged_until, resolution, silence, "
        "silenced_level, silenced_at, silenced_until, untold, openings, absent_since) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "?, "
        "?, ?, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET subject = excluded.subject, summary = excluded.summary, "
        "detail = excluded.detail, action = excluded.action, baseline_commit = excluded.baseline_commit, "
        "commit_id = excluded.commit_id, files = excluded.files, evidence = excluded.evidence, level = "
        "excluded.level, "
        "state = excluded.state, announced = excluded.announced, repo = excluded.repo, hub = excluded.hub, "
        "revision = excluded.revision, tags = excluded.tags, url = excluded.url, updated_at = "
        "excluded.updated_at, "
        "resolved_at = excluded.resolved_at, last_sent_at = excluded.last_sent_at, "
        "acknowledged_by = excluded.acknowledged_by, acknowledged_reason = excluded.acknowledged_reason, "
        "acknowledged_until = excluded.acknowledged_until, resolution = excluded.resolution, "
        "silence = excluded.silence, silenced_level = excluded.silenced_level, silenced_at = "
        "excluded.silenced_at, silenced_until = excluded.silenced_until, untold = excluded.untold, openings "
        "= "
        "excluded.openings, absent_since = excluded.absent_since",
        entry.id,
        entry.watch_key,
        to_string(entry.what.kind),
        entry.what.dedupe,
        entry.what.subject,
        entry.what.summary,
        entry.what.detail,
        entry.what.action,
        entry.what.baseline_commit,
        entry.what.commit,
        files_to_column(entry.what.files),
        to_column(entry.what.evidence),
        to_string(entry.what.level),
        to_string(entry.state),
        entry.announced,
        entry.repo,
        entry.hub,
        entry.revision,
        to_column(entry.tags),
        entry.url,
        entry.opened_at,
        entry.updated_at,
        entry.resolved_at,
        entry.last_sent_at,
        entry.acknowledged_by,
        entry.acknowledged_reason,
        entry.acknowledged_until,
        entry.resolution,
        held.silence,
        held.level,
        held.since,
        held.until,
        entry.untold,
        entry.openings,
        entry.absent_since
    }
        .run();
}

} // namespace

void save_alerts(connection& db, std::vector<alert> const& alerts) {
    // Those that end go first: the same round may open another of the same watch and kind.
    for (auto const& entry : alerts) {
        if (!entry.active()) save_alert(db, entry);
    }
    for (auto const& entry : alerts) {
        if (entry.active()) save_alert(db, entry);
    }
}

std::vector<alert> load_active_alerts(connection& db, std::string const& watch_key) {
    if (watch_key.empty()) {
        query rows{db, MODELWATCH_ALERT_COLUMNS "WHERE state <> 'resolved' ORDER BY seq"};
        return read_alerts(rows);
    }
    query rows{
        db, MODELWATCH_ALERT_COLUMNS "WHERE watch_key = ? AND state <> 'resolved' ORDER BY seq", watch_key
    };
    return read_alerts(rows);
}

std::vector<alert> load_alerts(connection& db, bool with_resolved, std::size_t limit) {
    if (with_resolved) {
        query rows{db, MODELWATCH_ALERT_COLUMNS "ORDER BY opened_at DESC, seq DESC LIMIT ?", limit};
        return read_alerts(rows);
    }
    query rows{
        db,
        MODELWATCH_ALERT_COLUMNS "WHERE state <> 'resolved' ORDER BY opened_at DESC, seq DESC LIMIT ?",
        limit
    };
    return read_alerts(rows);
}

std::optional<alert> load_alert(connection& db, std::int64_t seq) {
    query row{db, MODELWATCH_ALERT_COLUMNS "WHERE seq = ?", seq};
    if (!row.step()) return std::nullopt;
    return read_alert(row);
}

std::optional<alert> find_alert_row(connection& db, std::string const& id_or_part) {
    auto const id_of = [](alert const& one) { return one.id; };
    return find_by_part(db, MODELWATCH_ALERT_COLUMNS, id_or_part, read_alerts, id_of);
}

std::vector<alert> load_recent_alerts(connection& db, std::string const& watch_key, instant resolved_after) {
    // Two look-ups, each with the partial index that it fits: an OR would read every alert.
    query rows{
        db,
        MODELWATCH_ALERT_COLUMNS
        "WHERE seq IN (SELECT seq FROM alert WHERE watch_key = ?1 AND state <> 'resolved' "
        "UNION ALL SELECT seq FROM alert WHERE watch_key = ?1 AND state = 'resolved' AND resolved_at > ?2) "
        "ORDER BY seq",
        watch_key,
        resolved_after
    };
    return read_whole_alerts(rows);
}

counts_by_pair count_alerts(connection& db) {
    query rows{
        db, "SELECT level, state, count(*) FROM alert WHERE state <> 'resolved' GROUP BY level, state"
    };
    return read_counts(rows);
}

std::vector<alert> load_alert_history(connection& db, std::string const& watch_key, std::size_t limit) {
    query rows{
        db,
        MODELWATCH_ALERT_COLUMNS
        "WHERE seq IN (SELECT seq FROM alert WHERE watch_key = ?1 AND state <> 'resolved' "
        "UNION ALL SELECT seq FROM alert WHERE watch_key = ?1 AND state = 'resolved') "
        "ORDER BY seq DESC LIMIT ?2",
        watch_key,
        limit
    };
    return read_alerts(rows);
}

std::vector<alert> load_waiting_alerts(connection& db, waiting_for const& what) {
    query rows{
        db,
        MODELWATCH_ALERT_COLUMNS
        "WHERE seq IN (SELECT seq FROM alert WHERE state = 'open' AND (last_sent_at <= ?2 OR last_sent_at > "
        "?1) "
        "AND announced AND level IN ('high', 'critical') "
        "UNION SELECT seq FROM alert WHERE state = 'acknowledged' AND acknowledged_until <= ?1 "
        "UNION SELECT seq FROM alert WHERE absent_since IS NOT NULL AND (absent_since <= ?3 OR absent_since "
        "> ?1) "
        "UNION SELECT seq FROM alert WHERE silence IS NOT NULL AND silence NOT IN "
        "(SELECT id FROM silence WHERE ended_at IS NULL AND until > ?1)) ORDER BY seq LIMIT ?4",
        what.now,
        what.told_before,
        what.absent_before,
        what.limit
    };
    return read_alerts(rows);
}

} // namespace modelwatch::storage
