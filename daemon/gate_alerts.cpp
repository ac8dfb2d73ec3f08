#include "daemon/gate_alerts.hpp"

#include "daemon/knowledge.hpp"
#include "daemon/model/digest.hpp"
#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace modelwatch {

namespace {

constexpr std::string_view git_id = "git:"; // marks a blob id where a file has no sha256
constexpr std::size_t shortest_commit = 7;

/// A commit text of an alert may be short (a pin of the configuration).
bool names(std::string_view text, std::string const& commit) {
    return text.size() >= shortest_commit && commit.starts_with(text);
}

/// Nobody gets any commit of the repo as it was approved, or nobody knows from whom.
bool is_about_the_repo(change const& what) {
    switch (what.kind) {
    case alert_kind::repo_missing:
    case alert_kind::repo_renamed:
    case alert_kind::repo_disabled:
    case alert_kind::repo_private:
    case alert_kind::access_lost:
    case alert_kind::namespace_reborn:
        return true;
    case alert_kind::publisher_changed:
        return what.dedupe.empty(); // what the registry says is for the policies
    default:
        return false;
    }
}

/// One question, and what is recorded about it.
struct scene {
    std::string const& commit;
    std::optional<snapshot> state; ///< at the commit, by any watch
    bool seen_here = false;        ///< by the watch whose alerts are looked at
};

/// The flagged bytes, wherever they lie; a file without any hash is the one of its path.
bool holds(snapshot const& state, file_evidence const& flagged) {
    return std::any_of(state.files.begin(), state.files.end(), [&](file_entry const& file) {
        auto const& proof = flagged.new_sha256;
        bool const nothing_to_compare = proof.empty() || file.content_id().empty();
        if (nothing_to_compare) return file.path == flagged.path;
        if (proof.starts_with(git_id)) return proof.substr(git_id.size()) == file.oid;
        return proof == file.sha256;
    });
}

bool is_about_content(scene const& at, change const& what) {
    if (names(what.commit, at.commit)) return true;
    // A base model's flaw, or one without a file: nothing says that this commit is free of it.
    if (what.files.empty()) return true;
    return at.state && std::any_of(what.files.begin(), what.files.end(), [&](file_evidence const& flagged) {
               return holds(*at.state, flagged);
           });
}

bool is_advised_against(scene const& at, change const& what) {
    if (flag_of(what.evidence, "every_commit")) return true;
    auto const affected = texts_of(what.evidence, "affected");
    return std::any_of(affected.begin(), affected.end(), [&](std::string const& one) {
        return names(one, at.commit);
    });
}

bool concerns(scene const& at, change const& what) {
    if (is_about_the_repo(what)) return true;
    switch (what.kind) {
    case alert_kind::advisory:
        return is_advised_against(at, what);
    case alert_kind::deployed_drift:
        return what.commit.empty() || names(what.commit, at.commit);
    case alert_kind::tag_moved:
    case alert_kind::history_rewritten:
        // What the watch has seen before may be among what was thrown away.
        return at.seen_here || names(what.baseline_commit, at.commit) || names(what.commit, at.commit);
    case alert_kind::hub_scan_flagged:
    case alert_kind::unsafe_content:
    case alert_kind::malformed_file:
        return is_about_content(at, what);
    default:
        return info(what.kind).about == alert_class::integrity && names(what.commit, at.commit);
    }
}

std::string reason_of(alert const& entry) {
    return fmt::format(
        "{} alert {} ({}): {}",
        to_string(entry.state),
        to_string(entry.what.kind),
        entry.id,
        entry.what.summary
    );
}

/// The history of the watch that knows the commit: without it a range of commits cannot be read.
commit_log log_around(storage::store& db, std::vector<watch> const& targets, std::string const& commit) {
    for (auto const& target : targets) {
        auto log = stored_log(db, target.key());
        if (log.position(commit)) return log;
    }
    return {};
}

/// The names that an advisory may know the repo by.
std::set<std::string> names_of(storage::store& db, std::vector<watch> const& targets) {
    std::set<std::string> out;
    for (auto const& target : targets) {
        out.insert(lower(target.repo));
        auto const record = db.find_watch(target.key());
        if (record && !record->current_repo.empty()) out.insert(lower(record->current_repo));
    }
    return out;
}

/// Alerts tell of the commits in use; an older one that is asked about is looked up in the feed itself.
void add_advisories_for(
    std::vector<std::string>& to,
    storage::store& db,
    judge_rules const& rules,
    std::vector<watch> const& targets,
    std::string const& commit,
    std::set<std::string>& told,
    instant now
) {
    auto const& feed = *rules.advisories;
    if (feed.by_repo.empty()) return;
    auto const log = log_around(db, targets, commit);
    for (auto const& name : names_of(db, targets)) {
        auto const found = feed.by_repo.find(name);
        if (found == feed.by_repo.end()) continue;
        for (auto const& one : assess::advisories_of(found->second, name, log, {commit}, now)) {
            if (!assess::affects(one, commit) || !told.insert(one.id).second) continue;
            auto const summary = shortened(printable(one.summary), 200);
            to.push_back(fmt::format("the advisory {} names this commit: {}", printable(one.id), summary));
        }
    }
}

} // namespace

std::vector<std::string> alerts_against(
    storage::store& db,
    judge_rules const& rules,
    std::vector<watch> const& targets,
    std::string const& commit,
    instant now
) {
    std::vector<std::string> out;
    std::set<std::string> advised;
    scene at{commit, recorded_at(db, targets, commit)};
    for (auto const& target : targets) {
        at.seen_here = db.find_snapshot(target.key(), commit).has_value();
        for (auto const& entry : db.active_alerts(target.key())) {
            if (!concerns(at, entry.what)) continue;
            out.push_back(reason_of(entry));
            if (entry.what.kind == alert_kind::advisory) advised.insert(entry.what.dedupe);
        }
    }
    add_advisories_for(out, db, rules, targets, commit, advised, now);
    return out;
}

} // namespace modelwatch
