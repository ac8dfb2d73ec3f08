#include "daemon/model/digest.hpp"
#include "storage/columns.hpp"
#include "storage/damage.hpp"
#include "storage/tables.hpp"

#include <boost/json/array.hpp>
#include <boost/json/string.hpp>

namespace modelwatch::storage {

namespace {

bool says_nothing(json::value const& value) {
    if (value.is_null()) return true;
    if (auto const* const flag = value.if_bool()) return !*flag;
    if (auto const* const text = value.if_string()) return text->empty();
    if (auto const* const list = value.if_array()) return list->empty();
    return false;
}

/// The facts of a snapshot without those that have a column or a shared text, and without empty ones: at
/// scale the empty ones alone would be half of the row.
std::string details_of(snapshot const& state) {
    auto const all = to_json(state);
    json::object kept;
    for (auto const& member : all) {
        auto const key = member.key();
        bool const elsewhere = key == "commit" || key == "observed_at" || key == "chat_template";
        if (elsewhere || says_nothing(member.value())) continue;
        kept.emplace(key, key == "card" ? json::value(json::object{}) : member.value());
    }
    return to_line(kept);
}

std::optional<std::int64_t> save_shared(connection& db, std::string_view text) {
    if (text.empty()) return std::nullopt;
    return save_text(db, sha256_hex(text), text);
}

#define MODELWATCH_SNAPSHOT_COLUMNS                                                                          \
    "SELECT s.id, s.commit_id, s.observed_at, s.file_set, s.details, c.body, t.body FROM snapshot s "        \
    "LEFT JOIN text_blob c ON c.id = s.card LEFT JOIN text_blob t ON t.id = s.chat_template "

struct stored_snapshot {
    snapshot state; ///< without files
    std::int64_t file_set = 0;
};

stored_snapshot read_snapshot(query& row) {
    static_cast<void>(row.integer());
    auto commit = row.text();
    auto const observed_at = row.moment();
    auto const file_set = row.integer();
    stored_snapshot out{snapshot_from_json(object_column(row.text())), file_set};
    out.state.commit = std::move(commit);
    out.state.observed_at = observed_at;
    out.state.card = object_column(row.text());
    out.state.chat_template = row.text();
    return out;
}

/// For lists: what the row itself tells, without facts that cannot be read.
snapshot read_listed(query& row) {
    static_cast<void>(row.integer());
    snapshot out;
    auto commit = row.text();
    auto const observed_at = row.moment();
    static_cast<void>(row.integer());
    std::string damage;
    auto const details = row.text();
    auto const card = row.text();
    out = as_far_as_readable(damage, "details", [&] { return snapshot_from_json(object_column(details)); });
    out.card = as_far_as_readable(damage, "card", [&] { return object_column(card); });
    out.chat_template = row.text();
    out.commit = std::move(commit);
    out.observed_at = observed_at;
    return out;
}

snapshot with_files(connection& db, stored_snapshot&& stored) {
    stored.state.files = load_file_set(db, stored.file_set);
    return std::move(stored.state);
}

/// A prefix that two commits share names neither.
std::optional<snapshot_id> newest_at(connection& db, std::int64_t watch, std::string const& commit) {
    query rows{
        db,
        "SELECT id, commit_id FROM snapshot WHERE watch = ? AND commit_id >= ? AND commit_id < ? ORDER BY id "
        "DESC",
        watch,
        commit,
        prefix_end(commit)
    };
    std::optional<snapshot_id> newest;
    std::string full;
    while (rows.step()) {
        auto const id = rows.integer();
        auto found = rows.text();
        if (found == commit) return id;
        if (newest && found != full) return std::nullopt;
        if (newest) continue;
        newest = id;
        full = std::move(found);
    }
    return newest;
}

} // namespace

snapshot_id save_snapshot(connection& db, std::int64_t watch, snapshot const& state) {
    auto const files = save_file_set(db, state.files);
    auto const card = save_shared(db, to_column(state.card));
    auto const chat_template = save_shared(db, state.chat_template);
    return query{
        db,
        "INSERT INTO snapshot (watch, commit_id, observed_at, file_set, card, chat_template, details) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        watch,
        state.commit,
        state.observed_at,
        files,
        card,
        chat_template,
        details_of(state)
    }
        .insert();
}

void keep_shared_texts(connection& db, snapshot const& state) {
    static_cast<void>(save_shared(db, to_column(state.card)));
    static_cast<void>(save_shared(db, state.chat_template));
}

std::optional<snapshot> load_snapshot_row(connection& db, snapshot_id id) {
    query row{db, MODELWATCH_SNAPSHOT_COLUMNS "WHERE s.id = ?", id};
    if (!row.step()) return std::nullopt;
    auto const whole = [&] { return with_files(db, read_snapshot(row)); };
    return reading_of(fmt::format("snapshot {}", id), whole);
}

std::optional<snapshot>
find_snapshot_row(connection& db, std::string const& watch_key, std::string const& commit) {
    if (commit.size() < 4) return std::nullopt;
    auto const watch = find_watch_row(db, watch_key);
    if (!watch) return std::nullopt;
    auto const id = newest_at(db, *watch, commit);
    if (!id) return std::nullopt;
    return load_snapshot_row(db, *id);
}

std::vector<snapshot> load_recorded(connection& db, std::string const& watch_key, std::size_t limit) {
    std::vector<snapshot> out;
    query rows{
        db,
        MODELWATCH_SNAPSHOT_COLUMNS
        "WHERE s.watch = (SELECT id FROM watch WHERE key = ?) ORDER BY s.id DESC LIMIT ?",
        watch_key,
        limit
    };
    while (rows.step())
        out.push_back(read_listed(rows));
    return out;
}

} // namespace modelwatch::storage
