#include "daemon/views.hpp"

#include "daemon/assess/rating_course.hpp"
#include "daemon/diff/facts.hpp"
#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"
#include "daemon/rating.hpp"
#include "daemon/report/report.hpp"

#include <algorithm>

namespace modelwatch::views {

namespace {

bool has_open(std::span<alert const> open, alert_kind kind) {
    return std::any_of(open.begin(), open.end(), [&](alert const& entry) { return entry.what.kind == kind; });
}

std::size_t in_state(std::span<alert const> open, alert_state state) {
    auto const fits = [&](alert const& entry) { return entry.state == state; };
    return static_cast<std::size_t>(std::count_if(open.begin(), open.end(), fits));
}

/// What upstream's age is (assess.md 3.1), as far as dates tell it.
std::string_view upstream_staleness(
    std::optional<instant> last_commit, std::span<alert const> open, age_limits const& limits, instant now
) {
    if (!last_commit) return "unknown";
    std::chrono::days const age{days_between(*last_commit, now)};
    if (age > limits[2]) return "outdated";
    return age > limits[1] || has_open(open, alert_kind::stale) ? "ageing" : "current";
}

/// Whether what runs is what upstream has; empty: nothing says what runs.
std::string_view deployed_staleness(std::string_view deployed, std::string_view upstream) {
    if (deployed.empty()) return {};
    if (upstream.empty()) return "unknown";
    return diff::same_commit_id(deployed, upstream) ? "current" : "outdated";
}

json::object labels_json(labels const& tags) {
    json::object out;
    for (auto const& [key, value] : tags)
        out[key] = value;
    return out;
}

json::array attempts_of(storage::store& db, std::string const& id) {
    json::array out;
    for (auto const& one : db.attempts(id)) {
        out.push_back(json::object{
            {"at", to_rfc3339(one.at)},
            {"took_ms", one.took.count()},
            {"status", one.status},
            {"answer", one.answer}
        });
    }
    return out;
}

/// The newest commit, which nobody has accepted.
json::object head_of(rated_head const& head) {
    return {{"commit", head.commit}, {"rating", head.mark.level}, {"score", head.mark.score}};
}

/// What the last poll's assessment said of what is trusted; nothing before the first one.
void add_rating(json::object& to, std::optional<rating_record> const& course) {
    if (!course) return;
    auto const& now = course->now;
    to["rating"] = now.level;
    to["score"] = now.score;
    if (auto const confidence = assess::confidence_of(now)) to["confidence"] = *confidence;
    to["levels"] = to_array(now.levels);
    if (course->head) to["head"] = head_of(*course->head);
    // What has grown old since that poll is old.
    bool const old = text_of(to, "upstream_staleness") == "outdated";
    if (!now.staleness.empty() && !old) to["upstream_staleness"] = now.staleness;
}

/// `staleness` is one word for both: a deployment that is behind is unpatched whatever upstream does.
void add_staleness(json::object& to, std::span<alert const> open) {
    bool const behind = has_open(open, alert_kind::outdated);
    to["staleness"] = behind ? json::value("outdated") : to.at("upstream_staleness");
}

/// What the hub says of the repo. A name under which nothing was ever seen is not there until it is.
std::string_view standing_of(storage::watch_record const& row) noexcept {
    if (row.latest) return to_string(row.place);
    if (row.missing_streak > 0 || row.place == standing::missing) return "not-found";
    return row.place == standing::present ? "unknown" : to_string(row.place);
}

} // namespace

json::object status_of(
    storage::store& db,
    watch const& target,
    std::span<alert const> open,
    age_limits const& limits,
    instant now
) {
    auto const row = db.find_watch(target.key()).value_or(storage::watch_record{});
    auto const recorded = db.recorded_snapshots(target.key(), 1);
    auto const* const latest = recorded.empty() ? nullptr : &recorded.front();
    auto const last_commit = latest == nullptr ? std::nullopt : latest->last_modified;
    auto const head = latest == nullptr ? std::string_view{} : std::string_view{latest->commit};
    auto const renamed = !row.current_repo.empty() && row.current_repo != target.repo;
    json::object out{
        {"repo", target.repo},
        {"hub", target.hub},
        {"revision", target.revision},
        {"rating", nullptr},
        {"score", nullptr},
        {"confidence", nullptr},
        {"levels", json::array{}},
        {"head", nullptr},
        {"standing", standing_of(row)},
        {"baseline_commit",
         or_null(row.baseline ? std::string_view{row.baseline->commit} : std::string_view{})},
        {"commit", or_null(head)},
        {"deployed_commit", or_null(target.deployed)},
        {"last_commit_at", or_null(last_commit)},
        {"last_success_at", or_null(row.last_success_at)},
        {"last_error", or_null(row.last_error)},
        {"staleness", nullptr},
        {"upstream_staleness", upstream_staleness(last_commit, open, limits, now)},
        {"deployed_staleness", or_null(deployed_staleness(target.deployed, head))},
        {"open_alerts", open.size()},
        {"acknowledged_alerts", in_state(open, alert_state::acknowledged)},
        {"silenced_alerts", in_state(open, alert_state::silenced)},
        {"labels", labels_json(target.tags)}
    };
    if (renamed) out["renamed_to"] = row.current_repo;
    bool const exists = text_of(out, "standing") != "not-found"; // else nothing is rated
    try {
        if (exists) add_rating(out, db.rating(target.key()));
    } catch (storage::damaged_state const& e) {
        out["last_error"] = e.what(); // of this one; the others are shown all the same
    }
    add_staleness(out, open);
    return out;
}

json::array
statuses_of(storage::store& db, std::vector<watch> const& targets, age_limits const& limits, instant now) {
    json::array out;
    for (auto const& target : targets) {
        auto const open = db.active_alerts(target.key());
        out.push_back(status_of(db, target, open, limits, now));
    }
    return out;
}

json::array commits_of(storage::store& db, std::string const& watch_key, std::size_t limit) {
    json::array out;
    for (auto const& one : db.commits(watch_key, limit)) {
        out.push_back(json::object{
            {"id", one.id},
            {"title", one.title},
            {"authors", to_array(one.authors)},
            {"date", or_null(one.date)}
        });
    }
    return out;
}

json::array events_of(storage::store& db, std::string const& watch_key, std::size_t limit) {
    json::array out;
    for (auto const& one : db.events(watch_key, limit)) {
        out.push_back(json::object{
            {"at", to_rfc3339(one.at)},
            {"what", one.what},
            {"severity", or_null(one.level)},
            {"text", one.text},
            {"commit", or_null(one.commit)},
            {"by", or_null(one.by)},
            {"facts", one.facts}
        });
    }
    return out;
}

json::object history_of(storage::store& db, watch const& target, std::size_t limit) {
    return {
        {"repo", target.repo},
        {"commits", commits_of(db, target.key(), limit)},
        {"events", events_of(db, target.key(), limit)}
    };
}

std::string text_difference(storage::store& db, diff::file_difference const& one) {
    auto const content = [&](file_entry const* file) -> std::optional<std::string> {
        if (file == nullptr) return std::string{};
        return db.text(file->content_id());
    };
    auto const before = content(one.before);
    auto const after = content(one.after);
    if (!before || !after) return {};
    return diff::unified_text_diff("a/" + one.path, *before, "b/" + one.path, *after);
}

std::string content_hash(file_entry const* file) {
    return file == nullptr ? std::string{} : file->sha256.empty() ? "git:" + file->oid : file->sha256;
}

json::array differences(storage::store& db, std::vector<diff::file_difference> const& files) {
    auto const size = [](file_entry const* file) {
        return file == nullptr ? json::value(nullptr) : json::value(file->size);
    };
    json::array out;
    for (auto const& one : files) {
        out.push_back(json::object{
            {"path", one.path},
            {"change", one.what},
            {"role", diff::to_string(one.role)},
            {"old_sha256", or_null(content_hash(one.before))},
            {"new_sha256", or_null(content_hash(one.after))},
            {"old_size", size(one.before)},
            {"new_size", size(one.after)},
            {"text_diff", or_null(text_difference(db, one))}
        });
    }
    return out;
}

json::value assessment_of(
    storage::store& db, judge_rules const& rules, watch const& target, std::string const& web_url, instant now
) {
    auto const found = rate_stored(db, rules, target, now);
    if (!found) return nullptr;
    report::subject const shown{found->what, found->facts, found->verdicts, web_url, {}};
    return report::to_json(shown);
}

json::array alerts_of(std::span<alert const> alerts) {
    json::array out;
    for (auto const& entry : alerts)
        out.push_back(to_json(entry));
    return out;
}

json::object message_of(storage::store& db, message const& entry) {
    auto out = to_json(entry);
    out["receipts"] = attempts_of(db, entry.id);
    return out;
}

} // namespace modelwatch::views
