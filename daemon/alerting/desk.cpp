#include "daemon/alerting/desk.hpp"

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
    case alert_kind::publisher_changed:
        return what.subject + json::serialize(what.evidence);
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

bool same_words(change const& a, change const& b) {
    return a.level == b.level && a.subject == b.subject && a.summary == b.summary && a.detail == b.detail &&
           a.action == b.action && a.baseline_commit == b.baseline_commit && a.commit == b.commit &&
           a.files == b.files && a.evidence == b.evidence;
}

void tell(decision& out, message_type type, rules const& how, std::string const& not_to, instant now) {
    auto& entry = out.touched.back();
    for (auto const& rule : how.notifiers) {
        if (rule.name == not_to || !rule.takes(entry)) continue;
        out.tell.push_back({rule.name, type, out.touched.size() - 1});
        entry.announced = true;
        entry.last_sent_at = now;
    }
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

void open_new(
    decision& out, change const& what, judgement const& seen, rules const& how, instant now, std::string id
) {
    out.touched.push_back(opened(what, seen, now, std::move(id)));
    bool const quiet = seen.first_sight && is_standing(what) && what.level < severity::critical;
    if (!quiet) tell(out, message_type::opened, how, seen.not_to, now);
}

void update(
    decision& out, alert entry, change const& what, judgement const& seen, rules const& how, instant now
) {
    bool const news = is_news(entry.what, what);
    if (!news && same_words(entry.what, what)) return;
    entry.what = what;
    entry.updated_at = now;
    if (!seen.url.empty()) entry.url = seen.url;
    if (news && entry.state == alert_state::acknowledged) {
        // An acknowledgement covers what was known when it was given.
        entry.state = alert_state::open;
        entry.acknowledged_until.reset();
    }
    bool const audible = news && entry.state == alert_state::open;
    auto const type = entry.announced ? message_type::updated : message_type::opened;
    out.touched.push_back(std::move(entry));
    if (audible) tell(out, type, how, seen.not_to, now);
}

void close(
    decision& out, alert entry, std::string why, rules const& how, std::string const& not_to, instant now
) {
    bool const audible = entry.announced && entry.state != alert_state::silenced;
    entry.state = alert_state::resolved;
    entry.resolved_at = now;
    entry.updated_at = now;
    entry.resolution = std::move(why);
    out.touched.push_back(std::move(entry));
    if (audible) tell(out, message_type::resolved, how, not_to, now);
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
    std::span<alert const> open, judgement const& seen, rules const& how, instant now, id_source const& new_id
) {
    decision out;
    for (auto const& what : seen.changes) {
        auto const same = [&](alert const& entry) { return entry.active() && same_thing(entry, what); };
        auto const found = std::find_if(open.begin(), open.end(), same);
        if (found == open.end()) {
            open_new(out, what, seen, how, now, new_id());
        } else {
            update(out, *found, what, seen, how, now);
        }
    }
    for (auto const& entry : open) {
        if (!entry.active() || (seen.covers && !seen.covers(entry.what.kind))) continue;
        auto const holds = [&](change const& what) { return same_thing(entry, what); };
        if (std::any_of(seen.changes.begin(), seen.changes.end(), holds)) continue;
        close(out, entry, "no longer the case", how, seen.not_to, now);
    }
    return out;
}

decision remind(std::span<alert const> open, rules const& how, instant now) {
    decision out;
    for (auto const& entry : open) {
        bool const urgent = entry.needs_attention(now) && entry.what.level >= severity::high;
        if (!urgent || !entry.announced || !entry.last_sent_at) continue;
        if (now - *entry.last_sent_at < how.remind_after) continue;
        out.touched.push_back(entry);
        tell(out, message_type::reminder, how, {}, now);
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
