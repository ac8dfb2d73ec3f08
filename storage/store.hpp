#pragma once

#include "daemon/model/alert.hpp"
#include "daemon/model/message.hpp"
#include "daemon/model/rating.hpp"
#include "daemon/model/review.hpp"
#include "daemon/model/silence.hpp"
#include "daemon/model/snapshot.hpp"
#include "daemon/model/standing.hpp"
#include "daemon/model/time.hpp"
#include "daemon/model/watch.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace modelwatch::storage {

/// A broken disk, a full disk, a foreign or newer database: ends the task or the program with one clear line.
class storage_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A row or a page that cannot be read: what rests on it fails, everything else goes on.
class damaged_state : public storage_error {
public:
    using storage_error::storage_error;
};

/// Names a snapshot row.
using snapshot_id = std::int64_t;

/// How a baseline came about.
enum class baseline_origin {
    first_use,     ///< trusted at first sight
    configuration, ///< pinned there
    person,        ///< accepted by somebody
    review,        ///< follows an approval
};

[[nodiscard]] std::string_view to_string(baseline_origin value) noexcept; ///< "first-use"

/// The commit that the operator trusts, and why.
struct baseline_record {
    std::string commit;
    std::optional<snapshot_id> snapshot; ///< nullopt: pinned, its files not fetched yet
    instant set_at{};
    std::string set_by; ///< for people: a name that somebody typed, or that of the origin
    std::string reason;
    baseline_origin origin = baseline_origin::person;
};

/// What is known of a watch between polls. One row per watch.
struct watch_record {
    std::string key; ///< watch::key()
    std::string hub;
    std::string repo; ///< as configured
    std::string revision;
    labels tags;
    std::string from_account;
    std::string current_repo; ///< id that the hub answered with last
    std::optional<baseline_record> baseline;
    std::optional<snapshot_id> latest; ///< last complete snapshot
    standing place = standing::present;
    unsigned missing_streak = 0; ///< polls in a row that said missing; 2 are needed
    bool token_worked = false;
    std::string proof; ///< observation::proof
    std::optional<instant> first_seen_at;
    std::optional<instant> last_success_at;
    std::optional<instant> last_attempt_at;
    std::optional<instant> failing_since;
    unsigned failures = 0; ///< in a row
    std::string last_error;
    std::optional<instant> next_due_at; ///< persisted phase
    std::optional<instant> next_time_condition_at;
    std::optional<instant>
        retired_at; ///< set by retire(); any later write of the watch clears it. Not written by callers
};

/// Something that happened, kept for `history`.
struct event_record {
    std::int64_t id = 0;
    instant at{};
    std::string watch_key;
    std::string what;  ///< alert kind, or "baseline-created", "accepted", "first-seen", "resolved" …
    std::string level; ///< severity name; may be empty
    std::string text;  ///< one line
    std::string commit;
    std::string by;
    json::object facts;
};

/// Everything that one observed round of one watch changes. Written in one transaction, messages included.
struct observation_write {
    watch_record record;            ///< the new row; `baseline` and `latest` are set from the snapshots below
    std::optional<snapshot> latest; ///< a new complete snapshot to keep
    std::optional<snapshot>
        baseline; ///< snapshot of the baseline commit, when it is stored for the first time
    bool baseline_is_latest = false;  ///< trust on first use: `latest` is the baseline
    std::optional<snapshot> deployed; ///< snapshot of the deployed commit
    std::vector<text_file> texts;
    std::vector<commit_entry> commits; ///< newly seen ones
    std::vector<alert> alerts;         ///< to insert or update, by id
    std::vector<event_record> events;

    struct outgoing {
        std::string notifier;
        message_type type = message_type::opened;
        std::string alert_id; ///< of one in `alerts`
    };

    std::vector<outgoing> messages; ///< joined to the open round message of (notifier, type), else a new one
    instant now{};
    instant send_not_before{}; ///< when a message that is started here may be sealed and sent
};

/// Which alerts time alone may move (see alerting::pass_time).
struct waiting_for {
    instant now{};
    instant told_before{}; ///< those last told at or before it are due for a reminder
    instant absent_before{
    }; ///< those away since it or longer are over; what a clock set ahead of `now` waits too
    std::size_t limit = 10'000;
};

struct message_filter {
    bool waiting = true;
    bool delivered = false;
    bool given_up = true;
    bool dropped = false;
    std::size_t limit = 1000;
};

/// How often a pair of words comes.
using counts_by_pair = std::map<std::pair<std::string, std::string>, double>;

struct check_report {
    bool ok = true;
    std::vector<std::string> problems;
    std::uint64_t audit_entries = 0;
    int schema_version = 0;
};

/// What a repair did and what it had to leave, in sentences.
struct repair_report {
    std::vector<std::string> done;
    std::vector<std::string> left;
};

/// One row of the audit chain: baselines, accepts, reviews. Each row's hash covers the row before it.
struct audit_record {
    std::int64_t id = 0;
    instant at{};
    std::string action; ///< "baseline-created", "accept", …
    std::string subject;
    std::string by;
    std::string reason;
    json::object facts;
    std::string hash; ///< sha256 hex
};

/// What the last assessment of a watch rests on, as assess::to_json wrote it.
struct evidence_record {
    instant observed_at{};
    json::object body;
};

/// All state, in one SQLite file. Not thread-safe: one thread owns it. Every writing function is one
/// transaction (BEGIN IMMEDIATE); it has happened whole when the call returns, or not at all when it throws
/// storage_error.
class store {
public:
    virtual ~store() = default;

    /// Everything that `body` reads and writes through this store is one transaction: it sees one state, and
    /// all of it happens or nothing (an exception undoes it and travels on). Calls inside join it.
    virtual void in_transaction(std::function<void()> const& body) = 0;

    // --- watches
    [[nodiscard]] virtual std::vector<watch_record> watches() = 0;
    [[nodiscard]] virtual std::optional<watch_record> find_watch(std::string const& key) = 0;
    /// Alerts and messages of a change, and the change: together.
    virtual void record(observation_write const& write) = 0;
    /// A poll that failed, or a batch of unchanged ones: only the book-keeping columns are written.
    virtual void touch(std::vector<watch_record> const& records) = 0;
    /// Watches that the configuration no longer names: their open alerts are resolved with `why`, rows stay
    /// as history.
    virtual void retire(std::vector<std::string> const& keys, std::string const& why, instant now) = 0;

    // --- snapshots
    [[nodiscard]] virtual std::optional<snapshot> load_snapshot(snapshot_id id) = 0;
    /// The newest snapshot of a watch at a commit (full or unique prefix of at least 4 digits).
    [[nodiscard]] virtual std::optional<snapshot>
    find_snapshot(std::string const& watch_key, std::string const& commit) = 0;
    [[nodiscard]] virtual std::vector<snapshot>
    recorded_snapshots(std::string const& watch_key, std::size_t limit) = 0; ///< without files, newest first
    [[nodiscard]] virtual bool has_text(std::string const& content_id) = 0;
    [[nodiscard]] virtual std::optional<std::string> text(std::string const& content_id) = 0;
    /// The card and the chat template of a state that was just seen: what other snapshots share with it is
    /// mended where it is damaged.
    virtual void keep_texts(snapshot const& state) = 0;
    [[nodiscard]] virtual std::vector<commit_entry>
    commits(std::string const& watch_key, std::size_t limit) = 0;
    [[nodiscard]] virtual std::vector<event_record>
    events(std::string const& watch_key, std::size_t limit) = 0; ///< newest first; empty key: all

    // --- alerts
    [[nodiscard]] virtual std::vector<alert> active_alerts(std::string const& watch_key
    ) = 0; ///< empty key: all
    [[nodiscard]] virtual std::vector<alert>
    alerts(bool with_resolved, std::size_t limit) = 0; ///< newest first
    /// By its id, its first or its last digits (at least 8); nullopt when none or several fit.
    [[nodiscard]] virtual std::optional<alert> find_alert(std::string const& id_or_part) = 0;
    /// Active alerts of a watch, and those of it that were resolved after an instant. Whoever decides by them
    /// must know them whole: throws damaged_state where an active one cannot be read (the others fill
    /// alert::damage).
    [[nodiscard]] virtual std::vector<alert>
    recent_alerts(std::string const& watch_key, instant resolved_after) = 0;
    /// How many are not resolved, by severity and state.
    [[nodiscard]] virtual counts_by_pair count_active_alerts() = 0;
    /// Those of one watch in every state, newest first.
    [[nodiscard]] virtual std::vector<alert>
    alert_history(std::string const& watch_key, std::size_t limit) = 0;
    /// Alerts that time alone may move, oldest first.
    [[nodiscard]] virtual std::vector<alert> waiting_alerts(waiting_for const& what) = 0;

    // --- silences
    /// Those in force at an instant, or all; newest first.
    [[nodiscard]] virtual std::vector<silence>
    silences(std::optional<instant> in_force_at, std::size_t limit) = 0;
    [[nodiscard]] virtual std::optional<silence> find_silence(std::string const& id_or_part) = 0;
    /// The silence and its audit row.
    virtual void add_silence(silence const& entry) = 0;
    /// Ends one before its time, with an audit row; false: none is in force under this id.
    virtual bool
    end_silence(std::string const& id, std::string const& by, std::string const& reason, instant now) = 0;

    // --- digest
    /// The latest slot not after an instant that was taken; nullopt: none.
    [[nodiscard]] virtual std::optional<instant> last_digest_slot(instant not_after) = 0;
    /// Marks a slot as taken and queues its messages, together; false: it was taken before, nothing is
    /// queued.
    virtual bool take_digest_slot(instant slot, std::vector<message> const& messages, instant now) = 0;

    /// A person moves the baseline: baseline row, audit row, event, alerts and messages together.
    virtual void accept(observation_write const& write, std::string const& by, std::string const& reason) = 0;

    // --- reviews and ratings
    /// A person's verdict on one commit (40 hex): row, audit row, an event for each watch of the repo.
    virtual void record_review(review const& entry) = 0;
    [[nodiscard]] virtual std::vector<review>
    reviews(std::string const& hub, std::string const& repo) = 0; ///< newest first
    /// A rule that need not be met for a while; refuses one that somebody grants themselves or that lasts too
    /// long.
    virtual void record_exception(policy_exception const& entry) = 0;
    [[nodiscard]] virtual std::vector<policy_exception>
    exceptions(std::string const& hub, std::string const& repo) = 0; ///< newest first
    /// Commits of a repo that are recorded in any way and begin with these digits, at most 100.
    [[nodiscard]] virtual std::vector<std::string>
    commits_like(std::string const& hub, std::string const& repo, std::string const& prefix) = 0;
    /// How many different file lists were ever recorded at one commit: more than one is tampering.
    [[nodiscard]] virtual std::size_t
    contents_at(std::string const& watch_key, std::string const& commit) = 0;
    virtual void save_evidence(std::string const& watch_key, evidence_record const& record) = 0;
    [[nodiscard]] virtual std::optional<evidence_record> evidence(std::string const& watch_key) = 0;
    virtual void save_rating(std::string const& watch_key, rating_record const& record) = 0;
    [[nodiscard]] virtual std::optional<rating_record> rating(std::string const& watch_key) = 0;

    // --- outbox
    /// Ends the collecting of alerts into messages that may be sent by now; returns those due, oldest first.
    [[nodiscard]] virtual std::vector<message>
    take_due(std::string const& notifier, instant now, std::size_t limit) = 0;
    /// When the next waiting message of a notifier is due; nullopt: none.
    [[nodiscard]] virtual std::optional<instant> next_due(std::string const& notifier) = 0;
    /// What became of an attempt, and the message's new state, together. `pending` are recipients still to be
    /// served.
    virtual void
    record_attempt(message const& entry, attempt const& made, std::vector<std::string> const& pending) = 0;
    [[nodiscard]] virtual std::vector<std::string> pending_recipients(std::string const& message_id) = 0;
    [[nodiscard]] virtual std::vector<message> messages(message_filter const& filter) = 0;
    /// How many wait or were given up, by notifier and state.
    [[nodiscard]] virtual counts_by_pair count_unsent_messages() = 0;
    /// What was said of one watch's alerts, newest first, as its last `limit` mentions; a message has only
    /// the alerts of that watch here.
    [[nodiscard]] virtual std::vector<message>
    message_history(std::string const& watch_key, std::size_t limit) = 0;
    [[nodiscard]] virtual std::optional<message> find_message(std::string const& id_or_prefix) = 0;
    [[nodiscard]] virtual std::vector<attempt> attempts(std::string const& message_id) = 0;
    virtual void enqueue(message const& entry) = 0; ///< digest, test
    /// waiting again, at once, same id; false: no such message or it was delivered.
    virtual bool retry_message(std::string const& id, instant now) = 0;
    virtual bool drop_message(std::string const& id, instant now) = 0;
    /// Messages that wait for a notifier that is none of these are dropped; how many, by notifier.
    virtual std::map<std::string, std::size_t>
    drop_messages_to_others(std::vector<std::string> const& notifiers, instant now) = 0;

    // --- upkeep
    /// The file's pages, references and rules, the audit chain, and every row as the daemon would read it.
    [[nodiscard]] virtual check_report check() = 0;
    /// Drops or mends damaged rows whose content the next poll brings again; never baselines, reviews,
    /// alerts.
    virtual repair_report repair() = 0;
    /// How the file was removed, emptied or replaced under this store; nullopt: it is in its place.
    [[nodiscard]] virtual std::optional<std::string> lost() = 0;
    virtual void backup(std::filesystem::path const& target) = 0; ///< online; refuses to overwrite
    virtual void export_json_lines(std::function<void(std::string_view)> const& line) = 0;
    [[nodiscard]] virtual std::vector<audit_record> audit(std::size_t limit) = 0;
    /// Superseded snapshots, events, resolved alerts, finished messages older than `before`; baselines,
    /// latest and deployed snapshots, open alerts and their sent-marks stay.
    virtual void prune(instant before) = 0;
    /// Moves whenever another process has written to the database since the last call of this kind.
    [[nodiscard]] virtual std::int64_t outside_changes() = 0;
    [[nodiscard]] virtual std::optional<std::string> meta(std::string const& key) = 0;
    virtual void set_meta(std::string const& key, std::string const& value) = 0;
};

enum class open_mode {
    service, ///< takes the lock of the state directory: one daemon or `check` at a time
    operate, ///< a short command beside a running daemon: reads, and small transactions of its own; only
             ///< reads where nothing may be written
    memory,  ///< for tests
};

/// Called again and again while something long is done to the database before it can be used.
using progress = std::function<void(std::string const& doing)>;

/// Opens `state_dir/modelwatch.db`, creating the directory (0700) and the schema. Older schemas are backed up
/// beside the file, then migrated in one transaction; a newer one is refused, and so is a directory that was
/// in use and whose database is gone or empty. In `service` mode another holder of the lock is named (process
/// id, command, since when). Throws storage_error.
[[nodiscard]] std::unique_ptr<store>
open_store(std::filesystem::path const& state_dir, open_mode mode, progress const& told = {});

/// Makes an empty database. One that exists, or existed, is an error unless `force` says to begin anew: then
/// what is left of it is moved aside, to the names that are returned. Throws storage_error.
std::vector<std::filesystem::path> begin_state(std::filesystem::path const& state_dir, bool force);

/// A copy of the state in memory, empty when there is none yet: what a dry run may write to. Throws
/// storage_error.
[[nodiscard]] std::unique_ptr<store> open_scratch_copy(std::filesystem::path const& state_dir);

} // namespace modelwatch::storage
