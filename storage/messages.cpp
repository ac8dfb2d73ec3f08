#include "storage/columns.hpp"
#include "storage/damage.hpp"
#include "storage/ids.hpp"
#include "storage/tables.hpp"

#include <algorithm>

namespace modelwatch::storage {

namespace {

#define MODELWATCH_MESSAGE_COLUMNS                                                                           \
    "SELECT seq, id, notifier, type, state, created_at, next_attempt_at, attempts, last_answer, payload "    \
    "FROM message "

struct stored_message {
    std::int64_t seq = 0;
    message entry; ///< without alerts
};

/// Throws where type or payload make no sense.
stored_message read_message(query& row) {
    stored_message out;
    out.seq = row.integer();
    out.entry.id = row.text();
    out.entry.notifier = row.text();
    out.entry.type = parse_message_type(row.text());
    out.entry.state = parse_message_state(row.text());
    out.entry.created_at = row.moment();
    out.entry.next_attempt_at = row.when();
    out.entry.attempts = row.number();
    out.entry.last_answer = row.text();
    out.entry.payload = object_column(row.text());
    return out;
}

/// What a message says of an alert, or, where that is damaged, what is known of the alert now.
std::optional<alert> item_of(connection& db, std::string const& body, std::optional<std::int64_t> alert_row) {
    std::string damage;
    auto said = as_far_as_readable(damage, "body", [&] { return std::optional{read_item(body)}; });
    if (said || !alert_row) return said;
    return load_alert(db, *alert_row);
}

message with_alerts(connection& db, stored_message&& stored) {
    query rows{db, "SELECT body, alert FROM message_item WHERE message = ? ORDER BY id", stored.seq};
    while (rows.step()) {
        auto const body = rows.text();
        if (auto one = item_of(db, body, rows.reference())) stored.entry.alerts.push_back(std::move(*one));
    }
    return std::move(stored.entry);
}

/// For lists: what the row tells, without a payload that cannot be read.
std::optional<stored_message> read_listed(query& row) {
    std::string damage;
    return as_far_as_readable(damage, "message", [&] { return std::optional{read_message(row)}; });
}

/// The newest first.
std::vector<stored_message> find_messages(connection& db, message_filter const& filter) {
    std::vector<stored_message> out;
    query rows{
        db,
        MODELWATCH_MESSAGE_COLUMNS
        "WHERE (? AND state = 'waiting') OR (? AND state = 'delivered') OR (? AND state = 'given-up') OR "
        "(? AND state = 'dropped') ORDER BY seq DESC LIMIT ?",
        filter.waiting,
        filter.delivered,
        filter.given_up,
        filter.dropped,
        filter.limit
    };
    while (rows.step()) {
        if (auto one = read_listed(rows)) out.push_back(std::move(*one));
    }
    return out;
}

} // namespace

/// What a message says of an alert. The watch's key is not part of the alert's public form, but channels may
/// need it.
std::string item_body(alert const& entry) {
    auto body = to_json(entry);
    body["watch_key"] = entry.watch_key;
    return to_line(body);
}

alert read_item(std::string const& body) {
    auto const said = object_column(body);
    auto out = alert_from_json(said);
    out.watch_key = text_of(said, "watch_key");
    return out;
}

bool anything_due(connection& db, std::string const& notifier, instant now) {
    query row{
        db,
        "SELECT 1 FROM message WHERE notifier = ?1 AND state = 'waiting' "
        "AND (next_attempt_at <= ?2 OR next_attempt_at > ?3) LIMIT 1",
        notifier,
        now,
        now + longest_message_wait
    };
    return row.step();
}

std::optional<instant> earliest_due(connection& db, std::string const& notifier) {
    query row{
        db, "SELECT min(next_attempt_at) FROM message WHERE notifier = ? AND state = 'waiting'", notifier
    };
    row.step();
    return row.when();
}

message load_message(connection& db, std::int64_t seq) {
    stored_message stored;
    {
        query row{db, MODELWATCH_MESSAGE_COLUMNS "WHERE seq = ?", seq};
        if (!row.step()) throw std::runtime_error("a message is missing");
        stored = read_message(row);
    }
    auto out = with_alerts(db, std::move(stored));
    bool const tells_of_alerts = out.type != message_type::digest && out.type != message_type::test;
    if (tells_of_alerts && out.alerts.empty()) throw std::runtime_error("tells of no alert that can be read");
    return out;
}

std::vector<message> load_messages(connection& db, message_filter const& filter) {
    auto const found = find_messages(db, filter);
    // The newest ones count when there are more than asked for; people read them from old to new.
    std::vector<message> out;
    out.reserve(found.size());
    for (auto one = found.rbegin(); one != found.rend(); ++one)
        out.push_back(with_alerts(db, stored_message{*one}));
    return out;
}

counts_by_pair read_counts(query& rows) {
    counts_by_pair out;
    while (rows.step()) {
        auto first = rows.text();
        auto second = rows.text();
        out.emplace(std::pair{std::move(first), std::move(second)}, static_cast<double>(rows.integer()));
    }
    return out;
}

std::vector<message> load_message_history(connection& db, std::string const& watch_key, std::size_t limit) {
    std::vector<std::pair<std::int64_t, alert>> said;
    {
        // From the alerts to what mentions them: a message of a storm has thousands of others.
        query rows{
            db,
            "SELECT i.message, i.body FROM alert a CROSS JOIN message_item i ON i.alert = a.seq "
            "WHERE a.seq IN (SELECT seq FROM alert WHERE watch_key = ?1 AND state <> 'resolved' "
            "UNION ALL SELECT seq FROM alert WHERE watch_key = ?1 AND state = 'resolved') "
            "ORDER BY i.message DESC, i.id LIMIT ?2",
            watch_key,
            limit
        };
        while (rows.step()) {
            auto const seq = rows.integer();
            std::string damage;
            auto const body = rows.text();
            auto one = as_far_as_readable(damage, "body", [&] { return std::optional{read_item(body)}; });
            if (one) said.emplace_back(seq, std::move(*one));
        }
    }
    std::vector<message> out;
    std::int64_t last = -1;
    for (auto& [seq, one] : said) {
        if (seq != last) {
            query row{db, MODELWATCH_MESSAGE_COLUMNS "WHERE seq = ?", seq};
            if (!row.step()) throw std::runtime_error("a message is missing");
            auto stored = read_listed(row);
            if (!stored) continue;
            out.push_back(std::move(stored->entry));
            last = seq;
        }
        one.watch_key = watch_key;
        out.back().alerts.push_back(std::move(one));
    }
    return out;
}

counts_by_pair count_messages(connection& db) {
    query rows{
        db,
        "SELECT notifier, state, count(*) FROM message WHERE state IN ('waiting', 'given-up') "
        "GROUP BY notifier, state"
    };
    return read_counts(rows);
}

std::optional<message> find_message_row(connection& db, std::string const& id_or_part) {
    auto const read = [](query& rows) {
        std::vector<stored_message> out;
        while (rows.step()) {
            if (auto one = read_listed(rows)) out.push_back(std::move(*one));
        }
        return out;
    };
    auto const id_of = [](stored_message const& one) { return one.entry.id; };
    auto chosen = find_by_part(db, MODELWATCH_MESSAGE_COLUMNS, id_or_part, read, id_of);
    return chosen ? std::optional{with_alerts(db, std::move(*chosen))} : std::nullopt;
}

std::vector<std::string> load_pending(connection& db, std::string const& message_id) {
    query row{db, "SELECT pending FROM message WHERE id = ?", message_id};
    if (!row.step()) return {};
    std::string damage; // rather twice to some than to some not at all
    return as_far_as_readable(damage, "recipients", [&] { return texts_column(row.text()); });
}

std::vector<attempt> load_attempts(connection& db, std::string const& message_id) {
    std::vector<attempt> out;
    query rows{
        db,
        "SELECT at, took_ms, status, answer FROM attempt "
        "WHERE message = (SELECT seq FROM message WHERE id = ?) ORDER BY id",
        message_id
    };
    while (rows.step()) {
        attempt made;
        made.message_id = message_id;
        made.at = rows.moment();
        made.took = std::chrono::milliseconds{rows.integer()};
        made.status = rows.number();
        made.answer = rows.text();
        out.push_back(std::move(made));
    }
    return out;
}

} // namespace modelwatch::storage
