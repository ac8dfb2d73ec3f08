#pragma once

#include "storage/connection.hpp"
#include "storage/store.hpp"

namespace modelwatch::storage {

// What each .cpp of this room does inside the transaction of its caller (sqlite_store.cpp).

// watches.cpp
[[nodiscard]] std::vector<watch_record> load_watches(connection& db);
[[nodiscard]] std::optional<watch_record> load_watch(connection& db, std::string const& key);
/// Inserts or updates everything but baseline and snapshots; gives the row's id.
[[nodiscard]] std::int64_t write_watch(connection& db, watch_record const& record);
[[nodiscard]] std::optional<std::int64_t> find_watch_row(connection& db, std::string const& key);
void touch_watch(connection& db, watch_record const& record);
void set_latest(connection& db, std::int64_t watch, snapshot_id id);
void set_deployed(connection& db, std::int64_t watch, snapshot_id id);
[[nodiscard]] std::optional<baseline_record> load_baseline(connection& db, std::int64_t watch);
void write_baseline(connection& db, std::int64_t watch, baseline_record const& baseline);

// observations.cpp
void write_observation(connection& db, observation_write const& write);
void write_acceptance(
    connection& db, observation_write const& write, std::string const& by, std::string const& reason
);
void retire_watch(connection& db, std::string const& key, std::string const& why, instant now);

// files.cpp
[[nodiscard]] std::int64_t save_file_set(connection& db, std::vector<file_entry> const& files);
[[nodiscard]] std::vector<file_entry> load_file_set(connection& db, std::int64_t id);
/// Ids of the rows of `file` in a packed set; throws when the bytes are not one.
[[nodiscard]] std::vector<std::int64_t> unpack_ids(std::string_view bytes);

// snapshots.cpp
[[nodiscard]] snapshot_id save_snapshot(connection& db, std::int64_t watch, snapshot const& state);
/// Stores what snapshots of these texts share with it; mends them where they are damaged.
void keep_shared_texts(connection& db, snapshot const& state);
[[nodiscard]] std::optional<snapshot> load_snapshot_row(connection& db, snapshot_id id);
[[nodiscard]] std::optional<snapshot>
find_snapshot_row(connection& db, std::string const& watch_key, std::string const& commit);
[[nodiscard]] std::vector<snapshot>
load_recorded(connection& db, std::string const& watch_key, std::size_t limit);

// history.cpp
/// Mends a stored text that is not this one any more: the id is its content's.
std::int64_t save_text(connection& db, std::string const& content_id, std::string_view text);
[[nodiscard]] bool text_exists(connection& db, std::string const& content_id);
[[nodiscard]] std::optional<std::string> load_text(connection& db, std::string const& content_id);
void save_commits(connection& db, std::int64_t watch, std::vector<commit_entry> const& commits);
[[nodiscard]] std::vector<commit_entry>
load_commits(connection& db, std::string const& watch_key, std::size_t limit);
void save_event(connection& db, event_record const& entry);
[[nodiscard]] std::vector<event_record>
load_events(connection& db, std::string const& watch_key, std::size_t limit);

// alerts.cpp
void save_alerts(connection& db, std::vector<alert> const& alerts);
[[nodiscard]] std::vector<alert> load_active_alerts(connection& db, std::string const& watch_key);
[[nodiscard]] std::vector<alert> load_alerts(connection& db, bool with_resolved, std::size_t limit);
[[nodiscard]] std::optional<alert> load_alert(connection& db, std::int64_t seq);
[[nodiscard]] std::optional<alert> find_alert_row(connection& db, std::string const& id_or_part);
[[nodiscard]] std::vector<alert>
load_alert_history(connection& db, std::string const& watch_key, std::size_t limit);
[[nodiscard]] std::vector<alert>
load_recent_alerts(connection& db, std::string const& watch_key, instant resolved_after);
[[nodiscard]] std::vector<alert> load_waiting_alerts(connection& db, waiting_for const& what);
[[nodiscard]] counts_by_pair count_alerts(connection& db);

// silences.cpp
void insert_silence(connection& db, silence const& entry);
bool finish_silence(
    connection& db, std::string const& id, std::string const& by, std::string const& reason, instant now
);
/// Newest first.
[[nodiscard]] std::vector<silence>
load_silences(connection& db, std::optional<instant> in_force_at, std::size_t limit);
[[nodiscard]] std::optional<silence> find_silence_row(connection& db, std::string const& id_or_part);

// digest_slots.cpp
[[nodiscard]] std::optional<instant> last_slot(connection& db, instant not_after);
bool take_slot(connection& db, instant slot, std::vector<message> const& messages, instant now);

// reviews.cpp
void save_review(connection& db, review const& entry);
[[nodiscard]] std::vector<review>
load_reviews(connection& db, std::string const& hub, std::string const& repo);
void save_exception(connection& db, policy_exception const& entry);
[[nodiscard]] std::vector<policy_exception>
load_exceptions(connection& db, std::string const& hub, std::string const& repo);
[[nodiscard]] std::vector<std::string>
load_commits_like(connection& db, std::string const& hub, std::string const& repo, std::string const& prefix);
[[nodiscard]] std::size_t
count_contents(connection& db, std::string const& watch_key, std::string const& commit);

// ratings.cpp
void write_evidence(connection& db, std::string const& watch_key, evidence_record const& record);
[[nodiscard]] std::optional<evidence_record> load_evidence(connection& db, std::string const& watch_key);
void write_rating(connection& db, std::string const& watch_key, rating_record const& record);
[[nodiscard]] std::optional<rating_record> load_rating(connection& db, std::string const& watch_key);

// outbox.cpp
void post_messages(connection& db, observation_write const& write);
void post_message(connection& db, message const& entry);
[[nodiscard]] std::vector<message>
seal_due(connection& db, std::string const& notifier, instant now, std::size_t limit);
void save_attempt(
    connection& db, message const& entry, attempt const& made, std::vector<std::string> const& pending
);
bool set_waiting(connection& db, std::string const& id, instant now);
bool set_dropped(connection& db, std::string const& id, instant now);
std::map<std::string, std::size_t>
drop_others(connection& db, std::vector<std::string> const& notifiers, instant now);

// messages.cpp
[[nodiscard]] bool anything_due(connection& db, std::string const& notifier, instant now);
[[nodiscard]] std::optional<instant> earliest_due(connection& db, std::string const& notifier);
[[nodiscard]] message load_message(connection& db, std::int64_t seq);
/// What a message says of an alert, and reading that.
[[nodiscard]] std::string item_body(alert const& entry);
[[nodiscard]] alert read_item(std::string const& body);
[[nodiscard]] std::vector<message>
load_message_history(connection& db, std::string const& watch_key, std::size_t limit);
[[nodiscard]] std::vector<message> load_messages(connection& db, message_filter const& filter);
[[nodiscard]] counts_by_pair count_messages(connection& db);
/// Rows of two words and a number.
[[nodiscard]] counts_by_pair read_counts(query& rows);
[[nodiscard]] std::optional<message> find_message_row(connection& db, std::string const& id_or_part);
[[nodiscard]] std::vector<std::string> load_pending(connection& db, std::string const& message_id);
[[nodiscard]] std::vector<attempt> load_attempts(connection& db, std::string const& message_id);

// audit.cpp
/// Adds a row to the chain; id and hash are made here.
void append_audit(connection& db, audit_record entry);
[[nodiscard]] std::vector<audit_record> load_audit(connection& db, std::size_t limit);
/// Recomputes the chain; says where it breaks first.
void check_audit(connection& db, check_report& report);

// upkeep.cpp
void check_database(connection& db, check_report& report);

// check_rows.cpp
/// What a text column holds.
enum class column_shape {
    object,
    texts,
    labels,
    files,
    alert,
    rating,
    standing,
    kind,
    severity,
    message_type
};

/// Reads every row as the daemon would.
void check_rows(connection& db, check_report& report);
/// What makes a snapshot unreadable, or another one than it was; nullopt: nothing.
[[nodiscard]] std::optional<std::string> snapshot_fault(connection& db, snapshot_id id);
/// What makes one column of a row unreadable; nullopt: nothing.
[[nodiscard]] std::optional<std::string> column_fault(column_shape shape, std::string const& text);

// repair.cpp
void repair_rows(connection& db, repair_report& report);
[[nodiscard]] std::optional<std::string> load_meta(connection& db, std::string const& key);
void save_meta(connection& db, std::string const& key, std::string const& value);

// retention.cpp
void prune_rows(connection& db, instant before);
void give_back_space(connection& db);

// export.cpp
void export_tables(connection& db, std::function<void(std::string_view)> const& line);

} // namespace modelwatch::storage
