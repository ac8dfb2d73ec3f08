#include "daemon/model/digest.hpp"
#include "storage/columns.hpp"
#include "storage/damage.hpp"
#include "storage/tables.hpp"

#include <boost/json/array.hpp>
#include <boost/json/string.hpp>

namespace modelwatch::storage {

namespace {

using line_writer = std::function<void(std::string_view)>;

bool is_utf8(std::string_view text) noexcept {
    for (std::size_t i = 0; i < text.size();) {
        auto const lead = static_cast<unsigned char>(text[i]);
        std::size_t const length = lead < 0x80   ? 1
                                   : lead < 0xc2 ? 0
                                   : lead < 0xe0 ? 2
                                   : lead < 0xf0 ? 3
                                   : lead < 0xf5 ? 4
                                                 : 0;
        if (length == 0 || i + length > text.size()) return false;
        for (std::size_t k = 1; k < length; ++k) {
            if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) return false;
        }
        auto const second = length > 2 ? static_cast<unsigned char>(text[i + 1]) : 0x90;
        bool const overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
        bool const outside = (lead == 0xed && second > 0x9f) || (lead == 0xf4 && second > 0x8f);
        if (overlong || outside) return false;
        i += length;
    }
    return true;
}

/// What is damaged goes out as it is stored: an export may be all that can be had of it.
void put_json(json::object& out, std::string const& name, std::string const& text) {
    std::string damage;
    auto value = as_far_as_readable(damage, name, [&] {
        return text.empty() ? json::value(nullptr) : parse_column(text);
    });
    out[name] = std::move(value);
    if (!damage.empty()) out[name + "_damaged_base64"] = base64(text);
}

/// What a text column says by its name: "x_json" holds JSON; a text that is no UTF-8 goes out as "x_base64".
void put_text(json::object& out, std::string_view name, std::string const& text) {
    if (name.ends_with("_json")) {
        put_json(out, std::string{name.substr(0, name.size() - 5)}, text);
    } else if (is_utf8(text)) {
        out[name] = text;
    } else {
        out[std::string{name} + "_base64"] = base64(text);
    }
}

void put(json::object& out, std::string_view name, SQLite::Column const& column) {
    if (column.isNull()) {
        out[name] = nullptr;
    } else if (column.isBlob()) {
        auto const bytes = column.getString();
        out[name] = to_hex({reinterpret_cast<std::uint8_t const*>(bytes.data()), bytes.size()});
    } else if (!column.isInteger()) {
        put_text(out, name, column.getString());
    } else if (name.ends_with("_at") || name == "at" || name == "until" || name == "date") {
        out[name] = to_rfc3339(instant{std::chrono::milliseconds{column.getInt64()}});
    } else {
        out[name] = column.getInt64();
    }
}

void export_rows(connection& db, line_writer const& line, char const* type, char const* sql) {
    SQLite::Statement rows{db.raw(), sql};
    while (rows.executeStep()) {
        json::object out{{"type", type}};
        for (int i = 0; i < rows.getColumnCount(); ++i)
            put(out, rows.getColumnName(i), rows.getColumn(i));
        line(to_line(out));
    }
}

void export_snapshots(connection& db, line_writer const& line) {
    SQLite::Statement rows{
        db.raw(), "SELECT s.id, w.key FROM snapshot s JOIN watch w ON w.id = s.watch ORDER BY s.id"
    };
    while (rows.executeStep()) {
        auto const id = rows.getColumn(0).getInt64();
        json::object out{{"type", "snapshot"}, {"id", id}, {"watch", rows.getColumn(1).getString()}};
        std::string damage;
        auto const state =
            as_far_as_readable(damage, "snapshot", [&] { return load_snapshot_row(db, id).value(); });
        if (!damage.empty()) out["damaged"] = damage;
        for (auto const& member : to_json(state))
            out[member.key()] = member.value();
        json::array files;
        for (auto const& file : state.files) {
            json::object one{{"path", file.path}, {"size", file.size}, {"oid", file.oid}};
            if (!file.sha256.empty()) one["sha256"] = file.sha256;
            files.push_back(std::move(one));
        }
        out["files"] = std::move(files);
        line(to_line(out));
    }
}

} // namespace

void export_tables(connection& db, line_writer const& line) {
    export_rows(db, line, "meta", "SELECT key, value FROM meta ORDER BY key");
    export_rows(
        db,
        line,
        "watch",
        "SELECT key, hub, repo, revision, tags AS labels_json, from_account, current_repo, latest, deployed, "
        "place, "
        "missing_streak, first_seen_at, last_success_at, last_attempt_at, failing_since, failures, "
        "last_error, "
        "next_due_at, retired_at FROM watch ORDER BY key"
    );
    export_rows(
        db,
        line,
        "baseline",
        "SELECT w.key AS watch, b.commit_id AS \"commit\", b.snapshot, b.set_at, b.set_by, b.reason, "
        "b.origin FROM "
        "baseline b "
        "JOIN watch w ON w.id = b.watch ORDER BY w.key"
    );
    export_snapshots(db, line);
    export_rows(db, line, "text", "SELECT content_id, body FROM text_blob ORDER BY id");
    export_rows(
        db,
        line,
        "commit",
        "SELECT w.key AS watch, c.commit_id AS \"commit\", c.title, c.authors AS authors_json, c.date FROM "
        "commit_log c "
        "JOIN watch w ON w.id = c.watch ORDER BY c.id"
    );
    export_rows(
        db,
        line,
        "event",
        "SELECT id, at, watch_key AS watch, what, level, text, commit_id AS \"commit\", by, facts AS "
        "facts_json FROM event "
        "ORDER BY id"
    );
    export_rows(
        db,
        line,
        "alert",
        "SELECT id, watch_key AS watch, kind, dedupe, level AS severity, state, announced, subject, summary, "
        "detail, action, "
        "baseline_commit, commit_id AS \"commit\", files AS files_json, evidence AS evidence_json, repo, "
        "hub, revision, "
        "tags AS labels_json, url, opened_at, updated_at, resolved_at, last_sent_at, acknowledged_by, "
        "acknowledged_reason, acknowledged_until AS until, resolution, silence, silenced_level, silenced_at, "
        "silenced_until AS silenced_until_at, untold, openings, absent_since AS absent_since_at FROM alert "
        "ORDER "
        "BY seq"
    );
    export_rows(
        db,
        line,
        "silence",
        "SELECT id, repo, kind, tags AS labels_json, created_at, until, by, reason, ended_at, ended_by, "
        "end_reason FROM silence ORDER BY id"
    );
    export_rows(
        db,
        line,
        "message",
        "SELECT id, notifier, type AS message_type, state, created_at, next_attempt_at, attempts, "
        "last_answer, "
        "payload AS payload_json, sealed_at, finished_at FROM message ORDER BY seq"
    );
    export_rows(
        db,
        line,
        "message_item",
        "SELECT m.id AS message, i.body AS alert_json FROM message_item i JOIN message m ON m.seq = "
        "i.message "
        "ORDER BY i.id"
    );
    export_rows(
        db,
        line,
        "attempt",
        "SELECT m.id AS message, a.at, a.took_ms, a.status, a.answer FROM attempt a JOIN message m ON m.seq "
        "= a.message "
        "ORDER BY a.id"
    );
    export_rows(
        db,
        line,
        "review",
        "SELECT id, hub, repo, commit_id AS \"commit\", verdict, at, until, by, reason, content FROM review "
        "ORDER BY id"
    );
    export_rows(
        db,
        line,
        "exception",
        "SELECT id, hub, repo, commit_id AS \"commit\", policy, reason, requested_by, approved_by, at, until "
        "FROM exception ORDER BY id"
    );
    export_rows(
        db,
        line,
        "evidence",
        "SELECT w.key AS watch, e.observed_at, e.body AS evidence_json FROM evidence e JOIN watch w ON w.id "
        "= "
        "e.watch ORDER BY w.key"
    );
    export_rows(
        db,
        line,
        "rating",
        "SELECT w.key AS watch, r.at, r.level, r.rubric, r.body AS rating_json FROM rating r JOIN watch w ON "
        "w.id = r.watch ORDER BY w.key"
    );
    export_rows(db, line, "digest_slot", "SELECT slot, taken_at FROM digest_slot ORDER BY slot");
    // Everything that the chain's hashes cover, so that it can be verified outside.
    export_rows(
        db,
        line,
        "audit",
        "SELECT id, at, at AS at_ms, action, subject, by, reason, facts, hash FROM audit ORDER BY id"
    );
}

} // namespace modelwatch::storage
