#include "daemon/alerting/desk.hpp"

#include "daemon/alerting/silencing.hpp"
#include "daemon/alerting/telling.hpp"
#include "daemon/model/text.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace modelwatch::alerting {

namespace {

bool same_thing(alert const& entry, change const& what) {
    return entry.what.kind == what.kind && entry.what.dedupe == what.dedupe;
}

bool is_standing(change const& what) {
    if (info(what.kind).about == alert_class::standing) return true;
    auto const* const marked = what.evidence.if_contains("standing");
    return marked != nullptr && marked->is_bool() && marked->get_bool();
}

/// Facts of a change that has no files; ages and counts that move by themselves are not among them.
std::string facts(change const& what) {
    switch (what.kind) {
    case alert_kind::tag_moved:
        return what.commit;
    case alert_kind::license_changed:
    case alert_kind::gating_changed:
    case alert_kind::repo_renamed:
    case alert_kind::namespace_reborn:
    case alert_kind::publisher_changed: {
        auto said = what.evidence;
        said.erase("committed"); // whoever committed last changed nothing about it
        return what.subject + json::serialize(said);
    }
    default:
        return {};
    }
}

bool has_new_file(change const& before, change const& now) {
    auto const known = [&](file_evidence const& file) {
        auto const same = [&](file_evidence const& old) {
            return old.path == file.path && old.new_sha256 == file.new_sha256;
        };
        return std::any_of(before.files.begin(), before.files.end(), same);
    };
    return !std::all_of(now.files.begin(), now.files.end(), known);
}

/// Whether it is another thing than what stands in the history already. Commits are told to nobody twice, but
/// each of them is a part of the history.
bool is_event(change const& before, change const& now) {
    return is_news(before, now) || (now.kind == alert_kind::commits_added && before.commit != now.commit);
}

bool same_words(change const& a, change const& b) {
    return a.level == b.level && a.subject == b.subject && a.summary == b.summary && a.detail == b.detail &&
           a.action == b.action && a.baseline_commit == b.baseline_commit && a.commit == b.commit &&
           a.files == b.files && a.evidence == b.evidence;
}

alert opened(change const& what, judgement const& seen, instant now, std::string id) {
    alert entry;
    entry.id = std::move(id);
    entry.watch_key = seen.watch_key;
    entry.what = what;
    entry.repo = seen.repo;
    entry.hub = seen.hub;
    entry.revision = seen.revision;
    entry.tags = seen.tags;
    entry.url = seen.url;
    entry.opened_at = now;
    entry.updated_at = now;
    return entry;
}

/// How often the like of it was told and went again by itself within a day, and this time.
unsigned count_openings(std::span<alert const> known, change const& what, instant now) {
    auto const is_twin = [&](alert const& entry) {
        return entry.state == alert_state::resolved && same_thing(entry, what) && entry.announced &&
               entry.resolution == gone_by_itself && entry.resolved_at && *entry.resolved_at <= now &&
               now - *entry.resolved_at < flap_window;
    };
    return 1 + static_cast<unsigned>(std::count_if(known.begin(), known.end(), is_twin));
}

void open_new(decision& out, alert entry, judgement const& seen, rules const& how, instant now) {
    bool const quiet = seen.first_sight && is_standing(entry.what) && entry.what.level < severity::critical;
    follow_silences(entry, seen.silences, entry.what.level, now);
    bool const held = entry.state == alert_state::silenced;
    entry.untold = held && !quiet;
    out.touched.push_back(std::move(entry));
    out.happened.push_back(out.touched.size() - 1);
    if (!quiet && !held) tell(out, message_type::opened, how, seen.not_to, now);
}

void update(
    decision& out, alert entry, change const& what, judgement const& seen, rules const& how, instant now
) {
    bool const owed = entry.untold && entry.state == alert_state::open;
    bool const news = owed || is_news(entry.what, what);
    if (!news && !entry.absent_since && same_words(entry.what, what)) return;
    bool const event = is_event(entry.what, what);
    auto const level_before = entry.what.level;
    entry.what = what;
    entry.updated_at = now;
    entry.absent_since.reset();
    if (!seen.url.empty()) entry.url = seen.url;
    if (news && entry.state == alert_state::acknowledged) {
        // An acknowledgement covers what was known when it was given.
        entry.state = alert_state::open;
        entry.acknowledged_until.reset();
    }
    if (news) follow_silences(entry, seen.silences, level_before, now);
    bool const audible = news && entry.state == alert_state::open;
    if (news && entry.state == alert_state::silenced) entry.untold = true;
    out.touched.push_back(std::move(entry));
    if (event) out.happened.push_back(out.touched.size() - 1);
    if (audible) tell(out, news_type(out.touched.back()), how, seen.not_to, now);
}

/// The end of what comes and goes is believed when it has stayed away for a while; a person's word at once.
bool waits_for_calm(decision& out, alert const& entry, judgement const& seen, instant now) {
    if (!entry.flapping() || seen.by_person) return false;
    bool const counting = entry.absent_since && *entry.absent_since <= now; // else by a clock that was ahead
    if (counting) return now - *entry.absent_since < calm_after;
    auto& touched = out.touched.emplace_back(entry);
    touched.absent_since = now;
    touched.updated_at = now;
    return true;
}

} // namespace

bool notifier_rule::takes(alert const& entry) const {
    if (entry.what.level < min_severity) return false;
    auto const kind = to_string(entry.what.kind);
    auto const matches = [&](std::string const& pattern) { return glob_match(pattern, kind); };
    if (std::none_of(kinds.begin(), kinds.end(), matches)) return false;
    // Alerts about the monitor itself have no labels and concern everybody.
    if (info(entry.what.kind).about == alert_class::monitor && entry.tags.empty()) return true;
    return std::all_of(tags.begin(), tags.end(), [&](auto const& wanted) {
        auto const found = entry.tags.find(wanted.first);
        return found != entry.tags.end() && found->second == wanted.second;
    });
}

bool is_news(change const& before, change const& now) {
    return now.level > before.level || has_new_file(before, now) || facts(before) != facts(now);
}

decision decide(
    std::span<alert const> known,
    judgement const& seen,
    rules const& how,
    instant now,
    id_source const& new_id
) {
    decision out;
    for (auto const& what : seen.changes) {
        auto const same = [&](alert const& entry) { return entry.active() && same_thing(entry, what); };
        auto const found = std::find_if(known.begin(), known.end(), same);
        if (found == known.end()) {
            auto entry = opened(what, seen, now, new_id());
            entry.openings = count_openings(known, what, now);
            open_new(out, std::move(entry), seen, how, now);
        } else {
            update(out, *found, what, seen, how, now);
        }
    }
    for (auto const& entry : known) {
        if (!entry.active() || (seen.covers && !seen.covers(entry.what.kind))) continue;
        auto const holds = [&](change const& what) { return same_thing(entry, what); };
        if (std::any_of(seen.changes.begin(), seen.changes.end(), holds)) continue;
        if (!waits_for_calm(out, entry, seen, now))
            close(out, entry, std::string{gone_by_itself}, how, seen.not_to, now);
    }
    return out;
}

decision resolve(std::span<alert const> open, std::string const& why, rules const& how, instant now) {
    decision out;
    for (auto const& entry : open) {
        if (entry.active()) close(out, entry, why, how, {}, now);
    }
    return out;
}

} // namespace modelwatch::alerting
