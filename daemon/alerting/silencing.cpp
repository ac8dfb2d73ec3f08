#include "daemon/alerting/silencing.hpp"

#include "daemon/model/text.hpp"

#include <algorithm>

namespace modelwatch::alerting {

bool means(silence const& entry, alert const& about) {
    if (!glob_match(entry.repo, about.repo)) return false;
    if (!glob_match(entry.kind, to_string(about.what.kind))) return false;
    return std::all_of(entry.tags.begin(), entry.tags.end(), [&](auto const& wanted) {
        auto const found = about.tags.find(wanted.first);
        return found != about.tags.end() && found->second == wanted.second;
    });
}

silence const* covering(
    std::span<silence const> silences, alert const& entry, instant now, std::optional<instant> newer_than
) {
    silence const* longest = nullptr;
    for (auto const& one : silences) {
        if (!one.in_force(now) || !means(one, entry)) continue;
        if (newer_than && one.created_at <= *newer_than) continue;
        if (longest == nullptr || one.until > longest->until) longest = &one;
    }
    return longest;
}

/// An alert that broke through stays open until the silences of that time are over, or a newer one is given.
static bool stays_through(alert& entry, std::span<silence const> silences, instant now) {
    if (covering(silences, entry, now, entry.hold->since) != nullptr) return false;
    auto const* const older = covering(silences, entry, now);
    if (older == nullptr) {
        entry.hold.reset();
    } else {
        entry.hold->silence = older->id;
        entry.hold->until = older->until;
    }
    return true;
}

void follow_silences(alert& entry, std::span<silence const> silences, severity level_before, instant now) {
    bool const silenced = entry.state == alert_state::silenced;
    if (!silenced && entry.state != alert_state::open) return;
    bool const broke_through = !silenced && entry.hold;
    if (broke_through && stays_through(entry, silences, now)) return;
    auto const* const by = covering(silences, entry, now);
    if (by == nullptr) {
        entry.state = alert_state::open;
        entry.hold.reset();
        return;
    }
    bool const held = silenced && entry.hold;
    auto const level_at_silencing = held ? entry.hold->level : level_before;
    bool const breaks_through =
        entry.what.level == severity::critical && level_at_silencing < severity::critical;
    entry.state = breaks_through ? alert_state::open : alert_state::silenced;
    entry.hold = silence_hold{
        by->id,
        breaks_through ? entry.what.level : level_at_silencing,
        held && !breaks_through ? entry.hold->since : now,
        by->until
    };
}

} // namespace modelwatch::alerting
