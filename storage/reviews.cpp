#include "daemon/model/commit_id.hpp"
#include "storage/columns.hpp"
#include "storage/tables.hpp"

#include <fmt/format.h>

namespace modelwatch::storage {

namespace {

/// A decision of a person names the person, and one commit whole.
void require_person(std::string_view what, std::string const& commit, std::string const& by) {
    if (!is_full_commit(commit)) throw storage_error(fmt::format("{}: is of one commit, in full", what));
    if (by.empty()) throw storage_error(fmt::format("{}: needs a name: who decides?", what));
}

/// The history of every watch of the repo tells of it.
void tell_watches(connection& db, std::string const& hub, std::string const& repo, event_record told) {
    std::vector<std::string> keys;
    {
        query rows{db, "SELECT key FROM watch WHERE hub = ? AND repo = ? ORDER BY id", hub, repo};
        while (rows.step())
            keys.push_back(rows.text());
    }
    for (auto& key : keys) {
        told.watch_key = std::move(key);
        save_event(db, told);
    }
}

} // namespace

void save_review(connection& db, review const& entry) {
    require_person("a review", entry.commit, entry.by);
    query{
        db,
        "INSERT INTO review (hub, repo, commit_id, verdict, at, until, by, reason, content) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        entry.hub,
        entry.repo,
        entry.commit,
        to_string(entry.verdict),
        entry.at,
        entry.until,
        entry.by,
        entry.reason,
        entry.content
    }
        .run();
    bool const approved = entry.verdict == review_verdict::approve;
    audit_record row;
    row.at = entry.at;
    row.action = approved ? "review-approve" : "review-reject";
    row.subject = entry.hub + "/" + entry.repo;
    row.by = entry.by;
    row.reason = entry.reason;
    row.facts["commit"] = entry.commit;
    row.facts["content"] = entry.content;
    if (entry.until) row.facts["until"] = to_rfc3339(*entry.until);
    event_record told;
    told.at = entry.at;
    told.what = approved ? "approved" : "rejected";
    told.text = fmt::format("{} by {}: {}", told.what, entry.by, entry.reason);
    told.commit = entry.commit;
    told.by = entry.by;
    told.facts = row.facts;
    append_audit(db, std::move(row));
    tell_watches(db, entry.hub, entry.repo, std::move(told));
}

std::vector<review> load_reviews(connection& db, std::string const& hub, std::string const& repo) {
    std::vector<review> out;
    query rows{
        db,
        "SELECT id, hub, repo, commit_id, verdict, at, until, by, reason, content FROM review "
        "WHERE repo = ? AND hub = ? ORDER BY id DESC",
        repo,
        hub
    };
    while (rows.step()) {
        review entry;
        entry.id = rows.integer();
        entry.hub = rows.text();
        entry.repo = rows.text();
        entry.commit = rows.text();
        entry.verdict = parse_review_verdict(rows.text());
        entry.at = rows.moment();
        entry.until = rows.when();
        entry.by = rows.text();
        entry.reason = rows.text();
        entry.content = rows.text();
        out.push_back(std::move(entry));
    }
    return out;
}

void save_exception(connection& db, policy_exception const& entry) {
    require_person("an exception", entry.commit, entry.approved_by);
    require_person("an exception", entry.commit, entry.requested_by);
    if (auto const wrong = exception_trouble(entry); !wrong.empty()) throw storage_error(std::string{wrong});
    query{
        db,
        "INSERT INTO exception (hub, repo, commit_id, policy, reason, requested_by, approved_by, at, until) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        entry.hub,
        entry.repo,
        entry.commit,
        entry.policy,
        entry.reason,
        entry.requested_by,
        entry.approved_by,
        entry.at,
        entry.until
    }
        .run();
    audit_record row;
    row.at = entry.at;
    row.action = "exception";
    row.subject = entry.hub + "/" + entry.repo;
    row.by = entry.approved_by;
    row.reason = entry.reason;
    row.facts = {
        {"commit", entry.commit},
        {"policy", entry.policy},
        {"requested_by", entry.requested_by},
        {"until", to_rfc3339(entry.until)}
    };
    event_record told;
    told.at = entry.at;
    told.what = "exception";
    told.text = fmt::format("{} need not be met: {}", entry.policy, entry.reason);
    told.commit = entry.commit;
    told.by = entry.approved_by;
    told.facts = row.facts;
    append_audit(db, std::move(row));
    tell_watches(db, entry.hub, entry.repo, std::move(told));
}

std::vector<policy_exception>
load_exceptions(connection& db, std::string const& hub, std::string const& repo) {
    std::vector<policy_exception> out;
    query rows{
        db,
        "SELECT id, hub, repo, commit_id, policy, reason, requested_by, approved_by, at, until FROM "
        "exception "
        "WHERE repo = ? AND hub = ? ORDER BY id DESC",
        repo,
        hub
    };
    while (rows.step()) {
        policy_exception entry;
        entry.id = rows.integer();
        entry.hub = rows.text();
        entry.repo = rows.text();
        entry.commit = rows.text();
        entry.policy = rows.text();
        entry.reason = rows.text();
        entry.requested_by = rows.text();
        entry.approved_by = rows.text();
        entry.at = rows.moment();
        entry.until = rows.moment();
        out.push_back(std::move(entry));
    }
    return out;
}

std::vector<std::string> load_commits_like(
    connection& db, std::string const& hub, std::string const& repo, std::string const& prefix
) {
    std::vector<std::string> out;
    auto const end = prefix_end(prefix);
    query rows{
        db,
        "SELECT commit_id FROM (SELECT c.watch, c.commit_id FROM commit_log c UNION "
        "SELECT s.watch, s.commit_id FROM snapshot s UNION SELECT b.watch, b.commit_id FROM baseline b) "
        "JOIN watch w ON w.id = watch WHERE w.hub = ? AND w.repo = ? AND commit_id >= ? AND commit_id < ? "
        "AND length(commit_id) IN (40, 64) GROUP BY commit_id ORDER BY commit_id LIMIT 100",
        hub,
        repo,
        prefix,
        end
    };
    while (rows.step())
        out.push_back(rows.text());
    return out;
}

std::size_t count_contents(connection& db, std::string const& watch_key, std::string const& commit) {
    query row{
        db,
        "SELECT count(DISTINCT s.file_set) FROM snapshot s JOIN watch w ON w.id = s.watch "
        "WHERE w.key = ? AND s.commit_id = ?",
        watch_key,
        commit
    };
    row.step();
    return static_cast<std::size_t>(row.integer());
}

} // namespace modelwatch::storage
