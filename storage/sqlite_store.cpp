#include "storage/sqlite_store.hpp"

#include "storage/failpoint.hpp"
#include "storage/migrate.hpp"
#include "storage/tables.hpp"

namespace modelwatch::storage {

namespace {

/// One statement, or several that need not agree with each other.
template <class Work>
auto run(connection& db, std::string_view doing, Work work) {
    try {
        return work();
    } catch (std::exception const&) {
        rethrow_as_storage_error(db.place(), doing, system_error_of(db));
    }
}

/// Several statements that see one state, whatever another process writes meanwhile.
template <class Work>
auto read(connection& db, std::string_view doing, Work work) {
    return run(db, doing, [&] {
        std::optional<SQLite::Transaction> view;
        if (!db.in_transaction()) view.emplace(db.raw());
        return work();
    });
}

template <class Work>
auto write(connection& db, std::string_view doing, Work work) {
    return run(db, doing, [&] {
        write_transaction changes{db};
        if constexpr (std::is_void_v<decltype(work())>) {
            work();
            changes.commit();
        } else {
            auto out = work();
            changes.commit();
            return out;
        }
    });
}

} // namespace

void sqlite_store::in_transaction(std::function<void()> const& body) {
    run(*db_, "writing", [&] {
        write_transaction changes{*db_};
        body();
        MODELWATCH_FAILPOINT("transaction-before-commit");
        changes.commit();
        MODELWATCH_FAILPOINT("transaction-after-commit");
    });
}

std::vector<watch_record> sqlite_store::watches() {
    return run(*db_, "reading the watches", [&] { return load_watches(*db_); });
}

std::optional<watch_record> sqlite_store::find_watch(std::string const& key) {
    return run(*db_, "reading a watch", [&] { return load_watch(*db_, key); });
}

void sqlite_store::record(observation_write const& what) {
    run(*db_, "recording an observation", [&] {
        write_transaction changes{*db_};
        write_observation(*db_, what);
        MODELWATCH_FAILPOINT("record-before-commit");
        changes.commit();
        MODELWATCH_FAILPOINT("record-after-commit");
    });
}

void sqlite_store::touch(std::vector<watch_record> const& records) {
    if (records.empty()) return;
    write(*db_, "noting polls", [&] {
        for (auto const& one : records)
            touch_watch(*db_, one);
    });
}

void sqlite_store::retire(std::vector<std::string> const& keys, std::string const& why, instant now) {
    if (keys.empty()) return;
    write(*db_, "retiring watches", [&] {
        for (auto const& key : keys)
            retire_watch(*db_, key, why, now);
    });
}

std::optional<snapshot> sqlite_store::load_snapshot(snapshot_id id) {
    return read(*db_, "reading a snapshot", [&] { return load_snapshot_row(*db_, id); });
}

std::optional<snapshot> sqlite_store::find_snapshot(std::string const& watch_key, std::string const& commit) {
    return read(*db_, "reading a snapshot", [&] { return find_snapshot_row(*db_, watch_key, commit); });
}

std::vector<snapshot> sqlite_store::recorded_snapshots(std::string const& watch_key, std::size_t limit) {
    return run(*db_, "reading snapshots", [&] { return load_recorded(*db_, watch_key, limit); });
}

bool sqlite_store::has_text(std::string const& content_id) {
    return run(*db_, "looking for a text", [&] { return text_exists(*db_, content_id); });
}

std::optional<std::string> sqlite_store::text(std::string const& content_id) {
    return run(*db_, "reading a text", [&] { return load_text(*db_, content_id); });
}

std::vector<commit_entry> sqlite_store::commits(std::string const& watch_key, std::size_t limit) {
    return run(*db_, "reading commits", [&] { return load_commits(*db_, watch_key, limit); });
}

std::vector<event_record> sqlite_store::events(std::string const& watch_key, std::size_t limit) {
    return run(*db_, "reading events", [&] { return load_events(*db_, watch_key, limit); });
}

std::vector<alert> sqlite_store::active_alerts(std::string const& watch_key) {
    return run(*db_, "reading alerts", [&] { return load_active_alerts(*db_, watch_key); });
}

std::vector<alert> sqlite_store::alerts(bool with_resolved, std::size_t limit) {
    return run(*db_, "reading alerts", [&] { return load_alerts(*db_, with_resolved, limit); });
}

std::vector<alert> sqlite_store::recent_alerts(std::string const& watch_key, instant resolved_after) {
    return run(*db_, "reading alerts", [&] { return load_recent_alerts(*db_, watch_key, resolved_after); });
}

std::vector<alert> sqlite_store::alert_history(std::string const& watch_key, std::size_t limit) {
    return run(*db_, "reading alerts", [&] { return load_alert_history(*db_, watch_key, limit); });
}

std::vector<alert> sqlite_store::waiting_alerts(waiting_for const& what) {
    return run(*db_, "reading alerts", [&] { return load_waiting_alerts(*db_, what); });
}

std::vector<silence> sqlite_store::silences(std::optional<instant> in_force_at, std::size_t limit) {
    return run(*db_, "reading silences", [&] { return load_silences(*db_, in_force_at, limit); });
}

std::optional<silence> sqlite_store::find_silence(std::string const& id_or_part) {
    return run(*db_, "reading a silence", [&] { return find_silence_row(*db_, id_or_part); });
}

void sqlite_store::add_silence(silence const& entry) {
    write(*db_, "recording a silence", [&] { insert_silence(*db_, entry); });
}

bool sqlite_store::end_silence(
    std::string const& id, std::string const& by, std::string const& reason, instant now
) {
    return write(*db_, "ending a silence", [&] { return finish_silence(*db_, id, by, reason, now); });
}

std::optional<instant> sqlite_store::last_digest_slot(instant not_after) {
    return run(*db_, "reading the digest's slots", [&] { return last_slot(*db_, not_after); });
}

bool sqlite_store::take_digest_slot(instant slot, std::vector<message> const& messages, instant now) {
    return write(*db_, "taking a slot of the digest", [&] { return take_slot(*db_, slot, messages, now); });
}

std::int64_t sqlite_store::outside_changes() {
    return run(*db_, "looking for changes", [&] { return db_->pragma("PRAGMA data_version"); });
}

std::optional<alert> sqlite_store::find_alert(std::string const& id_or_part) {
    return run(*db_, "reading an alert", [&] { return find_alert_row(*db_, id_or_part); });
}

void sqlite_store::accept(observation_write const& what, std::string const& by, std::string const& reason) {
    run(*db_, "accepting a baseline", [&] {
        write_transaction changes{*db_};
        write_acceptance(*db_, what, by, reason);
        MODELWATCH_FAILPOINT("accept-before-commit");
        changes.commit();
        MODELWATCH_FAILPOINT("accept-after-commit");
    });
}

std::vector<message> sqlite_store::take_due(std::string const& notifier, instant now, std::size_t limit) {
    bool const due = run(*db_, "looking for due messages", [&] { return anything_due(*db_, notifier, now); });
    if (!due) return {};
    return write(*db_, "taking due messages", [&] { return seal_due(*db_, notifier, now, limit); });
}

std::optional<instant> sqlite_store::next_due(std::string const& notifier) {
    return run(*db_, "looking for due messages", [&] { return earliest_due(*db_, notifier); });
}

void sqlite_store::record_attempt(
    message const& entry, attempt const& made, std::vector<std::string> const& pending
) {
    run(*db_, "recording an attempt", [&] {
        write_transaction changes{*db_};
        save_attempt(*db_, entry, made, pending);
        MODELWATCH_FAILPOINT("attempt-before-commit");
        changes.commit();
        MODELWATCH_FAILPOINT("attempt-after-commit");
    });
}

std::vector<std::string> sqlite_store::pending_recipients(std::string const& message_id) {
    return run(*db_, "reading recipients", [&] { return load_pending(*db_, message_id); });
}

std::vector<message> sqlite_store::messages(message_filter const& filter) {
    return read(*db_, "reading messages", [&] { return load_messages(*db_, filter); });
}

counts_by_pair sqlite_store::count_active_alerts() {
    return read(*db_, "counting alerts", [&] { return count_alerts(*db_); });
}

counts_by_pair sqlite_store::count_unsent_messages() {
    return read(*db_, "counting messages", [&] { return count_messages(*db_); });
}

std::vector<message> sqlite_store::message_history(std::string const& watch_key, std::size_t limit) {
    return read(*db_, "reading messages", [&] { return load_message_history(*db_, watch_key, limit); });
}

std::optional<message> sqlite_store::find_message(std::string const& id_or_prefix) {
    return read(*db_, "reading a message", [&] { return find_message_row(*db_, id_or_prefix); });
}

std::vector<attempt> sqlite_store::attempts(std::string const& message_id) {
    return run(*db_, "reading attempts", [&] { return load_attempts(*db_, message_id); });
}

void sqlite_store::enqueue(message const& entry) {
    write(*db_, "queuing a message", [&] { post_message(*db_, entry); });
}

bool sqlite_store::retry_message(std::string const& id, instant now) {
    return write(*db_, "retrying a message", [&] { return set_waiting(*db_, id, now); });
}

bool sqlite_store::drop_message(std::string const& id, instant now) {
    return write(*db_, "dropping a message", [&] { return set_dropped(*db_, id, now); });
}

std::map<std::string, std::size_t>
sqlite_store::drop_messages_to_others(std::vector<std::string> const& notifiers, instant now) {
    return write(*db_, "dropping messages", [&] { return drop_others(*db_, notifiers, now); });
}

void sqlite_store::record_review(review const& entry) {
    write(*db_, "recording a review", [&] { save_review(*db_, entry); });
}

std::vector<review> sqlite_store::reviews(std::string const& hub, std::string const& repo) {
    return run(*db_, "reading reviews", [&] { return load_reviews(*db_, hub, repo); });
}

void sqlite_store::record_exception(policy_exception const& entry) {
    write(*db_, "recording an exception", [&] { save_exception(*db_, entry); });
}

std::vector<policy_exception> sqlite_store::exceptions(std::string const& hub, std::string const& repo) {
    return run(*db_, "reading exceptions", [&] { return load_exceptions(*db_, hub, repo); });
}

std::vector<std::string>
sqlite_store::commits_like(std::string const& hub, std::string const& repo, std::string const& prefix) {
    return run(*db_, "looking for a commit", [&] { return load_commits_like(*db_, hub, repo, prefix); });
}

std::size_t sqlite_store::contents_at(std::string const& watch_key, std::string const& commit) {
    return run(*db_, "comparing snapshots", [&] { return count_contents(*db_, watch_key, commit); });
}

void sqlite_store::save_evidence(std::string const& watch_key, evidence_record const& record) {
    write(*db_, "recording evidence", [&] { write_evidence(*db_, watch_key, record); });
}

std::optional<evidence_record> sqlite_store::evidence(std::string const& watch_key) {
    return run(*db_, "reading evidence", [&] { return load_evidence(*db_, watch_key); });
}

void sqlite_store::save_rating(std::string const& watch_key, rating_record const& record) {
    write(*db_, "recording a rating", [&] { write_rating(*db_, watch_key, record); });
}

std::optional<rating_record> sqlite_store::rating(std::string const& watch_key) {
    return run(*db_, "reading a rating", [&] { return load_rating(*db_, watch_key); });
}

check_report sqlite_store::check() {
    check_report report;
    try {
        read(*db_, "checking", [&] { check_database(*db_, report); });
    } catch (storage_error const& failure) {
        report.problems.emplace_back(failure.what()); // so damaged that it cannot even be read
    }
    report.ok = report.problems.empty();
    return report;
}

repair_report sqlite_store::repair() {
    repair_report report;
    write(*db_, "repairing", [&] { repair_rows(*db_, report); });
    report.left = check().problems;
    return report;
}

void sqlite_store::keep_texts(snapshot const& state) {
    write(*db_, "keeping texts", [&] { keep_shared_texts(*db_, state); });
}

std::optional<std::string> sqlite_store::lost() {
    return held_.files ? held_.files->fate() : std::nullopt;
}

void sqlite_store::backup(std::filesystem::path const& target) {
    copy_database(*db_, target);
}

void sqlite_store::export_json_lines(std::function<void(std::string_view)> const& line) {
    read(*db_, "exporting", [&] { export_tables(*db_, line); });
}

std::vector<audit_record> sqlite_store::audit(std::size_t limit) {
    return run(*db_, "reading the audit trail", [&] { return load_audit(*db_, limit); });
}

void sqlite_store::prune(instant before) {
    write(*db_, "removing what is out of date", [&] { prune_rows(*db_, before); });
    run(*db_, "giving back space", [&] { give_back_space(*db_); });
}

std::optional<std::string> sqlite_store::meta(std::string const& key) {
    return run(*db_, "reading a note", [&] { return load_meta(*db_, key); });
}

void sqlite_store::set_meta(std::string const& key, std::string const& value) {
    if (key.starts_with("audit.")) throw storage_error(key + ": kept by the audit trail, and not to be set");
    write(*db_, "writing a note", [&] { save_meta(*db_, key, value); });
}

} // namespace modelwatch::storage
