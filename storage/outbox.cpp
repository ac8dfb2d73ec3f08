#include "daemon/model/digest.hpp"
#include "storage/columns.hpp"
#include "storage/damage.hpp"
#include "storage/tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace modelwatch::storage {

namespace {

std::int64_t insert_message(connection& db, message const& entry, std::optional<instant> sealed_at) {
    return query{
        db,
        "INSERT INTO message (id, notifier, type, state, created_at, next_attempt_at, attempts, last_answer, "
        "payload, "
        "pending, sealed_at) VALUES (?, ?, ?, 'waiting', ?, ?, 0, '', ?, '', ?)",
        entry.id,
        entry.notifier,
        to_string(entry.type),
        entry.created_at,
        entry.next_attempt_at.value_or(entry.created_at),
        to_column(entry.payload),
        sealed_at
    }
        .insert();
}

std::optional<std::int64_t> collecting_message(connection& db, observation_write::outgoing const& told) {
    query found{
        db,
        "SELECT seq FROM message WHERE notifier = ? AND type = ? AND state = 'waiting' AND sealed_at IS NULL",
        told.notifier,
        to_string(told.type)
    };
    if (!found.step()) return std::nullopt;
    return found.integer();
}

std::int64_t
start_message(connection& db, observation_write::outgoing const& told, observation_write const& write) {
    message entry;
    auto const since = write.now.time_since_epoch().count();
    entry.id = new_uuid7(static_cast<std::uint64_t>(std::max<std::int64_t>(since, 0)));
    entry.notifier = told.notifier;
    entry.type = told.type;
    entry.created_at = write.now;
    entry.next_attempt_at = std::max(write.now, write.send_not_before);
    return insert_message(db, entry, std::nullopt);
}

/// Whether what is said now says everything that was said before: every file, with the same content.
bool says_all_of(std::string const& before, std::string const& now) {
    auto const old_files = alert_from_json(object_column(before)).what.files;
    auto const new_files = alert_from_json(object_column(now)).what.files;
    return std::all_of(old_files.begin(), old_files.end(), [&](file_evidence const& old) {
        return std::any_of(new_files.begin(), new_files.end(), [&](file_evidence const& file) {
            return file.path == old.path && file.new_sha256 == old.new_sha256;
        });
    });
}

/// An alert joins a message that collects unless that would lose something it said there before, or would
/// tell of it out of order: a later message of the notifier waits with what happened to it in between.
bool may_join(
    connection& db,
    std::int64_t message,
    std::string const& notifier,
    std::int64_t alert,
    std::string const& body
) {
    {
        query later{
            db,
            "SELECT 1 FROM message_item i JOIN message m ON m.seq = i.message "
            "WHERE i.alert = ? AND m.seq > ? AND m.notifier = ? AND m.state = 'waiting'",
            alert,
            message,
            notifier
        };
        if (later.step()) return false;
    }
    std::string before;
    {
        query same{db, "SELECT body FROM message_item WHERE message = ? AND alert = ?", message, alert};
        if (!same.step()) return true;
        before = same.text();
    }
    return says_all_of(before, body);
}

/// An alert that joins a message twice before it is sent is told once, as it was last.
void join(
    connection& db, std::int64_t message, std::optional<std::int64_t> alert_row, std::string const& body
) {
    query{
        db,
        "INSERT INTO message_item (message, alert, body) VALUES (?, ?, ?) "
        "ON CONFLICT (message, alert) DO UPDATE SET body = excluded.body",
        message,
        alert_row,
        body
    }
        .run();
}

std::optional<std::int64_t> alert_row(connection& db, std::string const& id) {
    query found{db, "SELECT seq FROM alert WHERE id = ?", id};
    if (!found.step()) return std::nullopt;
    return found.integer();
}

struct prepared_item {
    std::int64_t alert = 0;
    std::string body;
};

void tell(
    connection& db,
    observation_write::outgoing const& told,
    observation_write const& write,
    prepared_item const& item
) {
    auto open = collecting_message(db, told);
    if (open && !may_join(db, *open, told.notifier, item.alert, item.body)) {
        query{db, "UPDATE message SET sealed_at = ? WHERE seq = ?", write.now, *open}.run();
        open.reset();
    }
    join(db, open ? *open : start_message(db, told, write), item.alert, item.body);
}

using alerts_by_id = std::unordered_map<std::string_view, alert const*>;

prepared_item prepare_item(connection& db, alerts_by_id const& given, std::string const& id) {
    auto const row = alert_row(db, id);
    if (!row) {
        throw storage_error(
            fmt::format("a message was to tell of alert {}, which does not exist: nothing was recorded", id)
        );
    }
    auto const found = given.find(id);
    if (found != given.end()) return {*row, item_body(*found->second)};
    return {*row, item_body(find_alert_row(db, id).value())};
}

} // namespace

void post_messages(connection& db, observation_write const& write) {
    if (write.messages.empty()) return;
    alerts_by_id given;
    for (auto const& entry : write.alerts)
        given.emplace(entry.id, &entry);
    std::unordered_map<std::string, prepared_item> items; // several notifiers are told the same
    for (auto const& told : write.messages) {
        auto found = items.find(told.alert_id);
        if (found == items.end()) {
            found = items.emplace(told.alert_id, prepare_item(db, given, told.alert_id)).first;
        }
        tell(db, told, write, found->second);
    }
}

void post_message(connection& db, message const& entry) {
    if (entry.id.empty()) throw storage_error("a message without an id cannot be queued");
    {
        query known{db, "SELECT 1 FROM message WHERE id = ?", entry.id};
        if (known.step()) return; // queued before a crash, and again after it
    }
    auto const row = insert_message(db, entry, entry.created_at);
    for (auto const& one : entry.alerts)
        join(db, row, alert_row(db, one.id), item_body(one));
}

namespace {

struct due_message {
    std::int64_t seq = 0;
    bool must_wait = false; ///< an older message that tells of the same alert is not due yet
};

/// What lies further ahead than any wait was put there by a clock that was wrong, and is due.
std::vector<due_message> load_due(connection& db, std::string const& notifier, instant now) {
    std::vector<due_message> out;
    query rows{
        db,
        "SELECT m.seq, EXISTS (SELECT 1 FROM message_item mine JOIN message_item theirs ON theirs.alert = "
        "mine.alert JOIN message older ON older.seq = theirs.message WHERE mine.message = m.seq AND "
        "theirs.message < m.seq AND older.notifier = ?1 AND older.state = 'waiting' AND "
        "older.next_attempt_at > ?2 AND older.next_attempt_at <= ?3) FROM message m "
        "WHERE m.notifier = ?1 AND m.state = 'waiting' AND (m.next_attempt_at <= ?2 OR m.next_attempt_at > "
        "?3) "
        "ORDER BY m.seq",
        notifier,
        now,
        now + longest_message_wait
    };
    while (rows.step()) {
        auto const seq = rows.integer();
        out.push_back({seq, rows.flag()});
    }
    return out;
}

std::vector<std::int64_t> alerts_of(connection& db, std::int64_t message) {
    std::vector<std::int64_t> out;
    query rows{db, "SELECT alert FROM message_item WHERE message = ? AND alert IS NOT NULL", message};
    while (rows.step())
        out.push_back(rows.integer());
    return out;
}

/// What happened to an alert is told in the order in which it happened: a message waits for older ones of its
/// notifier that tell of the same alert, and so do those that follow it.
std::vector<std::int64_t>
in_order(connection& db, std::string const& notifier, instant now, std::size_t limit) {
    std::vector<std::int64_t> out;
    std::unordered_set<std::int64_t> held;
    for (auto const& one : load_due(db, notifier, now)) {
        if (out.size() == limit) break;
        if (!one.must_wait && held.empty()) {
            out.push_back(one.seq);
            continue;
        }
        auto const told = alerts_of(db, one.seq);
        auto const is_held = [&](std::int64_t alert) { return held.contains(alert); };
        if (one.must_wait || std::any_of(told.begin(), told.end(), is_held)) {
            held.insert(told.begin(), told.end());
        } else {
            out.push_back(one.seq);
        }
    }
    return out;
}

/// It cannot be sent, and must not keep the others from it.
void give_up_damaged(connection& db, std::int64_t seq, std::string const& damage, instant now) {
    query{
        db,
        "UPDATE message SET state = 'given-up', next_attempt_at = NULL, finished_at = ?, last_answer = ? "
        "WHERE seq = ?",
        now,
        "not sent: damaged in the database (" + damage + ")",
        seq
    }
        .run();
}

} // namespace

std::vector<message> seal_due(connection& db, std::string const& notifier, instant now, std::size_t limit) {
    auto const due = in_order(db, notifier, now, limit);
    std::vector<message> out;
    out.reserve(due.size());
    for (auto const seq : due) {
        query{db, "UPDATE message SET sealed_at = ? WHERE seq = ? AND sealed_at IS NULL", now, seq}.run();
        std::string damage;
        auto one =
            as_far_as_readable(damage, "stored text", [&] { return std::optional{load_message(db, seq)}; });
        if (one) {
            out.push_back(std::move(*one));
        } else {
            give_up_damaged(db, seq, damage, now);
        }
    }
    return out;
}

void save_attempt(
    connection& db, message const& entry, attempt const& made, std::vector<std::string> const& pending
) {
    bool const waits = entry.state == message_state::waiting;
    auto const next = waits ? std::optional{entry.next_attempt_at.value_or(made.at)} : std::nullopt;
    // What was dropped while it was on its way stays dropped, unless it arrived; what arrived stays
    // delivered.
    auto const changed =
        query{
            db,
            "UPDATE message SET attempts = attempts + 1, last_answer = ?1, pending = ?2, "
            "sealed_at = coalesce(sealed_at, ?3), "
            "next_attempt_at = CASE WHEN state = 'waiting' THEN ?4 END, "
            "finished_at = CASE WHEN state = 'waiting' AND ?5 = 'waiting' THEN NULL "
            "WHEN state = 'waiting' OR ?5 = 'delivered' THEN ?3 ELSE finished_at END, "
            "state = CASE WHEN state = 'waiting' OR ?5 = 'delivered' THEN ?5 ELSE state END WHERE id = ?6",
            made.answer.empty() ? entry.last_answer : made.answer,
            to_column(pending),
            made.at,
            next,
            to_string(entry.state),
            entry.id
        }
            .run();
    if (changed == 0) {
        throw storage_error(fmt::format("an attempt to send message {}, which does not exist", entry.id));
    }
    query{
        db,
        "INSERT INTO attempt (message, at, took_ms, status, answer) "
        "VALUES ((SELECT seq FROM message WHERE id = ?), ?, ?, ?, ?)",
        entry.id,
        made.at,
        std::int64_t{made.took.count()},
        made.status,
        made.answer
    }
        .run();
}

bool set_waiting(connection& db, std::string const& id, instant now) {
    return query{
               db,
               "UPDATE message SET state = 'waiting', next_attempt_at = ?1, finished_at = NULL, "
               "sealed_at = coalesce(sealed_at, ?1) WHERE id = ?2 AND state <> 'delivered'",
               now,
               id
           }
               .run() > 0;
}

bool set_dropped(connection& db, std::string const& id, instant now) {
    return query{
               db,
               "UPDATE message SET state = 'dropped', next_attempt_at = NULL, finished_at = ?1, "
               "sealed_at = coalesce(sealed_at, ?1) WHERE id = ?2 AND state <> 'delivered'",
               now,
               id
           }
               .run() > 0;
}

std::map<std::string, std::size_t>
drop_others(connection& db, std::vector<std::string> const& notifiers, instant now) {
    std::map<std::string, std::size_t> out;
    {
        query rows{db, "SELECT notifier, count(*) FROM message WHERE state = 'waiting' GROUP BY notifier"};
        while (rows.step()) {
            auto name = rows.text();
            bool const known = std::find(notifiers.begin(), notifiers.end(), name) != notifiers.end();
            if (!known) out.emplace(std::move(name), static_cast<std::size_t>(rows.integer()));
        }
    }
    for (auto const& [name, number] : out) {
        query{
            db,
            "UPDATE message SET state = 'dropped', next_attempt_at = NULL, finished_at = ?1, "
            "last_answer = 'no notifier of this name is configured any more', "
            "sealed_at = coalesce(sealed_at, ?1) WHERE notifier = ?2 AND state = 'waiting'",
            now,
            name
        }
            .run();
    }
    return out;
}

} // namespace modelwatch::storage
