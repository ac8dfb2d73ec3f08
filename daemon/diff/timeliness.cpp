#include "daemon/diff/wording.hpp"
#include "daemon/model/commit_id.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modelwatch::diff {

namespace {

constexpr auto longest_patience = std::chrono::hours{24 * 366 * 200};

/// The last instant at which the model is not stale yet; nullopt: it never becomes stale, as far as we know.
std::optional<instant> fresh_until(watch const& target, snapshot const& current) {
    if (!current.last_modified || target.stale_after.count() <= 0) return std::nullopt;
    if (target.stale_after > longest_patience) return std::nullopt;
    return *current.last_modified + target.stale_after;
}

void judge_stale(facts const& seen, std::vector<change>& out) {
    auto const until = fresh_until(seen.in.target, seen.now());
    if (!until || seen.in.now <= *until) return;
    auto what = about_repo(seen, alert_kind::stale);
    auto const since = to_rfc3339(*seen.now().last_modified);
    auto const limit = to_words(seen.in.target.stale_after);
    what.subject = quoted(seen.in.target.revision);
    what.evidence["last_modified"] = since;
    what.evidence["stale_after"] = to_duration_text(seen.in.target.stale_after);
    // No count of days: the text of an alert that stands must not change from poll to poll.
    what.summary = fmt::format("Nothing new upstream since {} (limit {})", since.substr(0, 10), limit);
    what.detail = fmt::format(
        "The newest commit, {}, is of {}. A model without maintenance is treated like software that no one "
        "patches.",
        short_commit(seen.now().commit),
        since
    );
    out.push_back(std::move(what));
}

snapshot const* deployed_state(facts const& seen) noexcept {
    if (seen.in.deployed != nullptr) return seen.in.deployed;
    bool const is_baseline =
        seen.has_baseline() && same_commit_id(seen.in.target.deployed, seen.baseline_commit);
    return is_baseline ? seen.in.baseline : nullptr;
}

std::optional<instant> date_of(facts const& seen, std::string_view commit, snapshot const* state) {
    if (auto const place = place_in(seen.in.log, commit)) {
        if (auto const date = seen.in.log->commits[*place].date) return date;
    }
    return state != nullptr ? state->last_modified : std::nullopt;
}

/// nullopt: is not known.
std::optional<bool> is_in_history(facts const& seen) {
    if (place_in(seen.in.log, seen.in.target.deployed)) return true;
    auto const* const log = seen.in.log;
    bool const whole =
        log != nullptr && log->known && log->complete && place_in(log, seen.now().commit).has_value();
    return whole ? std::optional{false} : std::nullopt;
}

template <class Value>
json::value or_null(std::optional<Value> const& value) {
    return value ? json::value(*value) : json::value(nullptr);
}

/// How far behind, by commits and by days.
struct distance {
    std::optional<std::size_t> commits;
    std::optional<long> days;
};

distance distance_of(facts const& seen, snapshot const* state) {
    distance out;
    auto const& deployed = seen.in.target.deployed;
    auto const at = place_in(seen.in.log, deployed);
    auto const head = place_in(seen.in.log, seen.now().commit);
    if (at && head && *at > *head) out.commits = *at - *head;
    auto const then = date_of(seen, deployed, state);
    auto const newest = date_of(seen, seen.now().commit, &seen.now());
    if (then && newest) out.days = days_between(*then, *newest);
    return out;
}

/// Adds the weight files that differ between what is deployed and what is there; returns the sentence about
/// them.
std::string tell_weights(facts const& seen, snapshot const* state, change& what) {
    what.evidence["touches_weights"] = nullptr;
    if (state == nullptr) return "The files of the deployed commit are not known, so what it lacks is not.";
    file_set const old{*state};
    std::size_t total = 0;
    for (auto const& delta : deltas(old, seen.after)) {
        if (delta.was.role != file_role::weights && delta.is.role != file_role::weights) continue;
        if (++total <= max_evidence_files) what.files.push_back(evidence_of(delta));
    }
    if (total > what.files.size()) what.evidence["files_omitted"] = total - what.files.size();
    what.evidence["touches_weights"] = total > 0;
    if (total == 0) return "The weights are the same in both.";
    return fmt::format("The weights differ: {}.", counted(total, "file"));
}

void judge_outdated(facts const& seen, std::vector<change>& out) {
    auto const& deployed = seen.in.target.deployed;
    bool const usable = is_commit_prefix(deployed, 7);
    if (!usable || same_commit_id(deployed, seen.now().commit)) return;
    auto what = about_repo(seen, alert_kind::outdated);
    auto const* const state = deployed_state(seen);
    auto const behind = distance_of(seen, state);
    auto const known = is_in_history(seen);
    what.subject = std::string{short_commit(deployed)};
    what.evidence["deployed_commit"] = deployed;
    what.evidence["commits_behind"] = or_null(behind.commits);
    what.evidence["days_behind"] = or_null(behind.days);
    what.evidence["deployed_in_history"] = or_null(known);
    auto const weights = tell_weights(seen, state, what);
    std::string how_far = behind.commits ? counted(*behind.commits, "commit") + " behind" : "another commit";
    if (known == false) how_far = "not in its history";
    if (behind.days) how_far += fmt::format(", {}", counted(static_cast<std::size_t>(*behind.days), "day"));
    what.summary = fmt::format(
        "Deployed {} is not upstream's {}: {}",
        short_commit(deployed),
        short_commit(seen.now().commit),
        how_far
    );
    what.detail = sentences(
        {fmt::format("Upstream is at {}.", short_commit(seen.now().commit)),
         known == false ? "The deployed commit is not in the history of the watched revision at all." : "",
         weights}
    );
    out.push_back(std::move(what));
}

} // namespace

void judge_timeliness(facts const& seen, std::vector<change>& out) {
    judge_stale(seen, out);
    judge_outdated(seen, out);
}

std::optional<instant> next_time_condition(watch const& target, snapshot const& current, instant now) {
    auto const until = fresh_until(target, current);
    if (!until || *until < now) return std::nullopt;
    return *until + std::chrono::milliseconds{1};
}

} // namespace modelwatch::diff
