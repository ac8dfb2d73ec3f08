#pragma once

#include "storage/connection.hpp"
#include "storage/state_lock.hpp"
#include "storage/state_place.hpp"
#include "storage/store.hpp"

namespace modelwatch::storage {

/// What a store keeps beside its connection, and gives back after that is closed.
struct held_state {
    std::unique_ptr<state_lock> lock;
    std::unique_ptr<database_lock> file_lock;
    std::shared_ptr<void> copy;      ///< files that go with it
    std::optional<open_files> files; ///< those that the connection is open on
};

/// The store over one SQLite connection. Every function is a transaction or one consistent read; the work is
/// in tables.hpp.
class sqlite_store final : public store {
public:
    sqlite_store(held_state held, std::unique_ptr<connection> db)
        : held_(std::move(held))
        , db_(std::move(db)) {}

    [[nodiscard]] connection& raw() noexcept { return *db_; }

    void in_transaction(std::function<void()> const& body) override;
    [[nodiscard]] std::vector<watch_record> watches() override;
    [[nodiscard]] std::optional<watch_record> find_watch(std::string const& key) override;
    void record(observation_write const& write) override;
    void touch(std::vector<watch_record> const& records) override;
    void retire(std::vector<std::string> const& keys, std::string const& why, instant now) override;

    [[nodiscard]] std::optional<snapshot> load_snapshot(snapshot_id id) override;
    [[nodiscard]] std::optional<snapshot>
    find_snapshot(std::string const& watch_key, std::string const& commit) override;
    [[nodiscard]] std::vector<snapshot>
    recorded_snapshots(std::string const& watch_key, std::size_t limit) override;
    [[nodiscard]] bool has_text(std::string const& content_id) override;
    [[nodiscard]] std::optional<std::string> text(std::string const& content_id) override;
    [[nodiscard]] std::vector<commit_entry> commits(std::string const& watch_key, std::size_t limit) override;
    [[nodiscard]] std::vector<event_record> events(std::string const& watch_key, std::size_t limit) override;

    [[nodiscard]] std::vector<alert> active_alerts(std::string const& watch_key) override;
    [[nodiscard]] std::vector<alert> alerts(bool with_resolved, std::size_t limit) override;
    [[nodiscard]] std::optional<alert> find_alert(std::string const& id_or_part) override;
    [[nodiscard]] std::vector<alert>
    recent_alerts(std::string const& watch_key, instant resolved_after) override;
    [[nodiscard]] std::vector<alert> alert_history(std::string const& watch_key, std::size_t limit) override;
    [[nodiscard]] std::vector<alert> waiting_alerts(waiting_for const& what) override;
    [[nodiscard]] std::vector<silence>
    silences(std::optional<instant> in_force_at, std::size_t limit) override;
    [[nodiscard]] std::optional<silence> find_silence(std::string const& id_or_part) override;
    void add_silence(silence const& entry) override;
    bool end_silence(std::string const& id, std::string const& by, std::string const& reason, instant now)
        override;
    [[nodiscard]] std::optional<instant> last_digest_slot(instant not_after) override;
    bool take_digest_slot(instant slot, std::vector<message> const& messages, instant now) override;
    void accept(observation_write const& write, std::string const& by, std::string const& reason) override;

    void record_review(review const& entry) override;
    [[nodiscard]] std::vector<review> reviews(std::string const& hub, std::string const& repo) override;
    void record_exception(policy_exception const& entry) override;
    [[nodiscard]] std::vector<policy_exception>
    exceptions(std::string const& hub, std::string const& repo) override;
    [[nodiscard]] std::vector<std::string>
    commits_like(std::string const& hub, std::string const& repo, std::string const& prefix) override;
    [[nodiscard]] std::size_t contents_at(std::string const& watch_key, std::string const& commit) override;
    void save_evidence(std::string const& watch_key, evidence_record const& record) override;
    [[nodiscard]] std::optional<evidence_record> evidence(std::string const& watch_key) override;
    void save_rating(std::string const& watch_key, rating_record const& record) override;
    [[nodiscard]] std::optional<rating_record> rating(std::string const& watch_key) override;

    [[nodiscard]] std::vector<message>
    take_due(std::string const& notifier, instant now, std::size_t limit) override;
    [[nodiscard]] std::optional<instant> next_due(std::string const& notifier) override;
    void record_attempt(message const& entry, attempt const& made, std::vector<std::string> const& pending)
        override;
    [[nodiscard]] std::vector<std::string> pending_recipients(std::string const& message_id) override;
    [[nodiscard]] std::vector<message> messages(message_filter const& filter) override;
    [[nodiscard]] counts_by_pair count_active_alerts() override;
    [[nodiscard]] counts_by_pair count_unsent_messages() override;
    [[nodiscard]] std::vector<message>
    message_history(std::string const& watch_key, std::size_t limit) override;
    [[nodiscard]] std::optional<message> find_message(std::string const& id_or_prefix) override;
    [[nodiscard]] std::vector<attempt> attempts(std::string const& message_id) override;
    void enqueue(message const& entry) override;
    bool retry_message(std::string const& id, instant now) override;
    bool drop_message(std::string const& id, instant now) override;
    std::map<std::string, std::size_t>
    drop_messages_to_others(std::vector<std::string> const& notifiers, instant now) override;

    [[nodiscard]] check_report check() override;
    repair_report repair() override;
    void keep_texts(snapshot const& state) override;
    [[nodiscard]] std::optional<std::string> lost() override;
    void backup(std::filesystem::path const& target) override;
    void export_json_lines(std::function<void(std::string_view)> const& line) override;
    [[nodiscard]] std::vector<audit_record> audit(std::size_t limit) override;
    void prune(instant before) override;
    [[nodiscard]] std::int64_t outside_changes() override;
    [[nodiscard]] std::optional<std::string> meta(std::string const& key) override;
    void set_meta(std::string const& key, std::string const& value) override;

private:
    held_state held_;
    std::unique_ptr<connection> db_;
};

} // namespace modelwatch::storage
