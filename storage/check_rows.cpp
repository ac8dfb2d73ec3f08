#include "daemon/model/alert_kind.hpp"
#include "daemon/model/digest.hpp"
#include "storage/columns.hpp"
#include "storage/damage.hpp"
#include "storage/tables.hpp"

namespace modelwatch::storage {

namespace {

constexpr std::size_t most_problems = 100;

constexpr char const* by_repair = "`modelwatch db repair` mends it, the next poll brings the rest again";
constexpr char const* by_hand = "put a backup back, or end it with `modelwatch alerts resolve`: what it is "
                                "about is judged anew by the next poll";
constexpr char const* from_backup = "put a backup back";

/// A column that is read as more than text.
struct typed_column {
    char const* sql; ///< key and text of each row
    char const* row; ///< "alert", before the key
    char const* column;
    column_shape shape;
    char const* remedy;
};

using enum column_shape;

constexpr typed_column columns[] = {
    {"SELECT key, tags FROM watch", "watch", "tags", labels, by_repair},
    {"SELECT key, place FROM watch", "watch", "place", standing, by_repair},
    {"SELECT w.key, e.body FROM evidence e JOIN watch w ON w.id = e.watch",
     "evidence of",
     "body",
     object,
     by_repair},
    {"SELECT w.key, r.body FROM rating r JOIN watch w ON w.id = r.watch",
     "rating of",
     "body",
     rating,
     by_repair},
    {"SELECT w.key || ' commit ' || c.commit_id, c.authors FROM commit_log c JOIN watch w ON w.id = c.watch",
     "commit_log of",
     "authors",
     texts,
     by_repair},
    {"SELECT id, facts FROM event", "event", "facts", object, by_repair},
    {"SELECT id, kind FROM alert", "alert", "kind", kind, by_hand},
    {"SELECT id, level FROM alert", "alert", "level", severity, by_hand},
    {"SELECT id, files FROM alert", "alert", "files", files, by_hand},
    {"SELECT id, evidence FROM alert", "alert", "evidence", object, by_hand},
    {"SELECT id, tags FROM alert", "alert", "tags", labels, by_hand},
    {"SELECT id, tags FROM silence",
     "silence",
     "tags",
     labels,
     "it holds nothing back: end it with `modelwatch alerts unsilence` and give it anew"},
    {"SELECT id, type FROM message", "message", "type", message_type, "`modelwatch outbox drop`"},
    {"SELECT id, payload FROM message", "message", "payload", object, by_repair},
    {"SELECT id, pending FROM message", "message", "pending", texts, by_repair},
    {"SELECT m.id, i.body FROM message_item i JOIN message m ON m.seq = i.message",
     "message_item of message",
     "body",
     alert,
     by_repair},
    {"SELECT id, facts FROM audit", "audit entry", "facts", object, from_backup},
};

void add(check_report& report, std::string text) {
    if (report.problems.size() < most_problems) report.problems.push_back(std::move(text));
}

void check_column(connection& db, typed_column const& which, check_report& report) {
    query rows{db, which.sql};
    while (rows.step()) {
        auto const key = rows.text();
        auto const fault = column_fault(which.shape, rows.text());
        if (!fault) continue;
        add(report, fmt::format("{} {}: {}: {}: {}", which.row, key, which.column, *fault, which.remedy));
    }
}

/// What a snapshot is to its watch decides what can be done about it.
void check_snapshots(connection& db, check_report& report) {
    query rows{
        db,
        "SELECT s.id, w.key, s.commit_id, EXISTS (SELECT 1 FROM baseline b WHERE b.snapshot = s.id) "
        "FROM snapshot s JOIN watch w ON w.id = s.watch"
    };
    while (rows.step()) {
        auto const id = rows.integer();
        auto const watch = rows.text();
        auto const commit = rows.text();
        bool const trusted = rows.flag();
        auto const fault = snapshot_fault(db, id);
        if (!fault) continue;
        auto const remedy =
            trusted
                ? "it is the baseline: `modelwatch db repair` and a poll mend it if the hub still shows the "
                  "same; "
                  "else put a backup back, or name the commit that you trust as `baseline` of its [[watch]]"
                : by_repair;
        add(report, fmt::format("snapshot {} of {} at commit {}: {}: {}", id, watch, commit, *fault, remedy));
    }
}

void expect_word(bool known, std::string const& word) {
    if (!known) throw std::runtime_error(word + " is not a known word");
}

void read_as(column_shape shape, std::string const& text) {
    switch (shape) {
    case object:
        return static_cast<void>(object_column(text));
    case texts:
        return static_cast<void>(texts_column(text));
    case labels:
        return static_cast<void>(labels_column(text));
    case files:
        return static_cast<void>(files_column(text));
    case alert:
        return static_cast<void>(read_item(text));
    case rating:
        return static_cast<void>(rating_record_from_json(object_column(text)));
    case standing:
        return static_cast<void>(parse_standing(text));
    case kind:
        return expect_word(parse_alert_kind(text).has_value(), text);
    case severity:
        return expect_word(parse_severity(text).has_value(), text);
    case message_type:
        return static_cast<void>(parse_message_type(text));
    }
}

/// Texts that snapshots share are named by their SHA-256.
std::optional<std::string> text_fault(connection& db, snapshot_id id) {
    query rows{
        db,
        "SELECT t.id, t.content_id, t.body FROM snapshot s JOIN text_blob t ON t.id IN (s.card, "
        "s.chat_template) "
        "WHERE s.id = ?",
        id
    };
    while (rows.step()) {
        auto const text = rows.integer();
        auto const expected = rows.hash();
        if (sha256_hex(rows.text()) != expected)
            return fmt::format("text_blob {} is not what was stored", text);
    }
    return std::nullopt;
}

} // namespace

std::optional<std::string> column_fault(column_shape shape, std::string const& text) {
    try {
        read_as(shape, text);
        return std::nullopt;
    } catch (std::exception const& e) {
        return e.what();
    }
}

std::optional<std::string> snapshot_fault(connection& db, snapshot_id id) {
    std::string damage;
    auto const read = [&] { return load_snapshot_row(db, id).has_value(); };
    static_cast<void>(as_far_as_readable(damage, "it cannot be read", read));
    auto const changed = text_fault(db, id);
    if (changed) damage += (damage.empty() ? "" : "; ") + *changed;
    return damage.empty() ? std::nullopt : std::optional{damage};
}

void check_rows(connection& db, check_report& report) {
    for (auto const& one : columns)
        check_column(db, one, report);
    check_snapshots(db, report);
}

} // namespace modelwatch::storage
