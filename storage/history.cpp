#include "storage/columns.hpp"
#include "storage/damage.hpp"
#include "storage/tables.hpp"

#include <ranges>

namespace modelwatch::storage {

std::int64_t save_text(connection& db, std::string const& content_id, std::string_view text) {
    {
        query found{
            db, "SELECT id, body = ?2 FROM text_blob WHERE content_id = ?1", hash_text{content_id}, text
        };
        if (found.step()) {
            auto const id = found.integer();
            if (!found.flag()) query{db, "UPDATE text_blob SET body = ? WHERE id = ?", text, id}.run();
            return id;
        }
    }
    return query{db, "INSERT INTO text_blob (content_id, body) VALUES (?, ?)", hash_text{content_id}, text}
        .insert();
}

bool text_exists(connection& db, std::string const& content_id) {
    query found{db, "SELECT 1 FROM text_blob WHERE content_id = ?", hash_text{content_id}};
    return found.step();
}

std::optional<std::string> load_text(connection& db, std::string const& content_id) {
    query found{db, "SELECT body FROM text_blob WHERE content_id = ?", hash_text{content_id}};
    if (!found.step()) return std::nullopt;
    return found.text();
}

void save_commits(connection& db, std::int64_t watch, std::vector<commit_entry> const& commits) {
    // Newest first comes in, so the last goes in first: later ids are newer commits.
    for (auto const& entry : std::views::reverse(commits)) {
        query{
            db,
            "INSERT INTO commit_log (watch, commit_id, title, authors, date) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (watch, commit_id) DO NOTHING",
            watch,
            entry.id,
            entry.title,
            to_column(entry.authors),
            entry.date
        }
            .run();
    }
}

std::vector<commit_entry> load_commits(connection& db, std::string const& watch_key, std::size_t limit) {
    std::vector<commit_entry> out;
    query rows{
        db,
        "SELECT commit_id, title, authors, date FROM commit_log "
        "WHERE watch = (SELECT id FROM watch WHERE key = ?) ORDER BY id DESC LIMIT ?",
        watch_key,
        limit
    };
    while (rows.step()) {
        commit_entry entry;
        entry.id = rows.text();
        entry.title = rows.text();
        std::string unreadable; // whoever lists commits wants the others
        entry.authors = as_far_as_readable(unreadable, "authors", [&] { return texts_column(rows.text()); });
        entry.date = rows.when();
        out.push_back(std::move(entry));
    }
    return out;
}

void save_event(connection& db, event_record const& entry) {
    query{
        db,
        "INSERT INTO event (at, watch_key, what, level, text, commit_id, by, facts) VALUES (?, ?, ?, ?, ?, "
        "?, ?, ?)",
        entry.at,
        entry.watch_key,
        entry.what,
        entry.level,
        entry.text,
        entry.commit,
        entry.by,
        to_column(entry.facts)
    }
        .run();
}

namespace {

std::vector<event_record> read_events(query& rows) {
    std::vector<event_record> out;
    while (rows.step()) {
        event_record entry;
        entry.id = rows.integer();
        entry.at = rows.moment();
        entry.watch_key = rows.text();
        entry.what = rows.text();
        entry.level = rows.text();
        entry.text = rows.text();
        entry.commit = rows.text();
        entry.by = rows.text();
        std::string damage;
        entry.facts = as_far_as_readable(damage, "facts", [&] { return object_column(rows.text()); });
        if (!damage.empty()) entry.facts["damaged"] = damage;
        out.push_back(std::move(entry));
    }
    return out;
}

} // namespace

#define MODELWATCH_EVENT_COLUMNS                                                                             \
    "SELECT id, at, watch_key, what, level, text, commit_id, by, facts FROM event "

std::vector<event_record> load_events(connection& db, std::string const& watch_key, std::size_t limit) {
    if (watch_key.empty()) {
        query rows{db, MODELWATCH_EVENT_COLUMNS "ORDER BY id DESC LIMIT ?", limit};
        return read_events(rows);
    }
    query rows{db, MODELWATCH_EVENT_COLUMNS "WHERE watch_key = ? ORDER BY id DESC LIMIT ?", watch_key, limit};
    return read_events(rows);
}

} // namespace modelwatch::storage
