#include "daemon/model/digest.hpp"
#include "storage/columns.hpp"
#include "storage/damage.hpp"
#include "storage/tables.hpp"

#include <fmt/format.h>

#include <charconv>

namespace modelwatch::storage {

namespace {

constexpr char const* count_key = "audit.count";
constexpr char const* head_key = "audit.head";

struct audit_row {
    std::int64_t id = 0;
    std::int64_t at = 0;
    std::string action;
    std::string subject;
    std::string by;
    std::string reason;
    std::string facts; ///< as stored: hashing must not depend on how JSON is read and written again
    std::string hash;
};

struct chain_end {
    std::int64_t count = 0;
    std::string hash = std::string(64, '0');
};

/// SHA-256 over one line of JSON: the hash before, and every field of the row in the order of its columns.
std::string hash_of(audit_row const& row, std::string const& previous) {
    return sha256_hex(to_line(json::object{
        {"previous", previous},
        {"id", row.id},
        {"at", row.at},
        {"action", row.action},
        {"subject", row.subject},
        {"by", row.by},
        {"reason", row.reason},
        {"facts", row.facts}
    }));
}

chain_end load_end(connection& db) {
    chain_end out;
    auto const count = load_meta(db, count_key);
    auto const head = load_meta(db, head_key);
    if (count) std::from_chars(count->data(), count->data() + count->size(), out.count);
    if (head) out.hash = *head;
    return out;
}

audit_row read_row(query& rows) {
    audit_row row;
    row.id = rows.integer();
    row.at = rows.integer();
    row.action = rows.text();
    row.subject = rows.text();
    row.by = rows.text();
    row.reason = rows.text();
    row.facts = rows.text();
    row.hash = rows.hash();
    return row;
}

} // namespace

void append_audit(connection& db, audit_record entry) {
    auto const end = load_end(db);
    audit_row row;
    row.id = end.count + 1;
    row.at = entry.at.time_since_epoch().count();
    row.action = std::move(entry.action);
    row.subject = std::move(entry.subject);
    row.by = std::move(entry.by);
    row.reason = std::move(entry.reason);
    row.facts = to_column(entry.facts);
    row.hash = hash_of(row, end.hash);
    query{
        db,
        "INSERT INTO audit (id, at, action, subject, by, reason, facts, hash) VALUES (?, ?, ?, ?, ?, ?, ?, "
        "?)",
        row.id,
        row.at,
        row.action,
        row.subject,
        row.by,
        row.reason,
        row.facts,
        hash_text{row.hash}
    }.run();
    save_meta(db, count_key, std::to_string(row.id));
    save_meta(db, head_key, row.hash);
}

std::vector<audit_record> load_audit(connection& db, std::size_t limit) {
    std::vector<audit_record> out;
    query rows{
        db,
        "SELECT id, at, action, subject, by, reason, facts, hash FROM audit ORDER BY id DESC LIMIT ?",
        limit
    };
    while (rows.step()) {
        auto row = read_row(rows);
        audit_record entry;
        entry.id = row.id;
        entry.at = instant{std::chrono::milliseconds{row.at}};
        entry.action = std::move(row.action);
        entry.subject = std::move(row.subject);
        entry.by = std::move(row.by);
        entry.reason = std::move(row.reason);
        std::string damage;
        entry.facts = as_far_as_readable(damage, "facts", [&] { return object_column(row.facts); });
        if (!damage.empty()) entry.facts["damaged"] = damage;
        entry.hash = std::move(row.hash);
        out.push_back(std::move(entry));
    }
    return out;
}

void check_audit(connection& db, check_report& report) {
    auto const end = load_end(db);
    chain_end seen;
    query rows{db, "SELECT id, at, action, subject, by, reason, facts, hash FROM audit ORDER BY id"};
    while (rows.step()) {
        auto const row = read_row(rows);
        if (row.id != seen.count + 1) {
            report.problems.push_back(fmt::format("audit entry {} is missing", seen.count + 1));
            return;
        }
        if (row.hash != hash_of(row, seen.hash)) {
            report.problems.push_back(
                fmt::format("audit entry {} is not what was written, or was put in later", row.id)
            );
            return;
        }
        seen = {row.id, row.hash};
        report.audit_entries = static_cast<std::uint64_t>(seen.count);
    }
    if (seen.count < end.count) {
        report.problems.push_back(
            fmt::format("audit entry {} is missing: {} were written", seen.count + 1, end.count)
        );
    } else if (seen.count > end.count) {
        report.problems.push_back(fmt::format("audit entry {} was put in later", end.count + 1));
    } else if (seen.hash != end.hash) {
        report.problems.push_back(
            fmt::format("audit entry {} is not the last one that was written", seen.count)
        );
    }
}

} // namespace modelwatch::storage
