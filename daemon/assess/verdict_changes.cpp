#include "daemon/assess/verdict_changes.hpp"

#include "daemon/assess/verdict_parts.hpp"

#include <algorithm>

namespace modelwatch::assess {

namespace {

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

/// "630 days ago" without the number: a text that only says that time passes is no other text.
std::string timeless(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        auto end = i;
        while (end < text.size() && is_digit(text[end]))
            ++end;
        bool const counts_days = end > i && text.substr(end).starts_with(" day");
        if (end == i) end = i + 1;
        if (!counts_days) out += text.substr(i, end - i);
        i = end;
    }
    return out;
}

json::object timeless(json::object evidence) {
    evidence.erase("days");
    evidence.erase("as_of");
    for (auto& member : evidence) {
        if (member.value().is_string()) member.value() = timeless(member.value().get_string());
    }
    return evidence;
}

bool only_older(change const& now, change const& before) {
    return now.kind == before.kind && now.dedupe == before.dedupe && now.commit == before.commit &&
           now.baseline_commit == before.baseline_commit && now.subject == before.subject &&
           now.action == before.action && timeless(now.summary) == timeless(before.summary) &&
           timeless(now.detail) == timeless(before.detail) &&
           timeless(now.evidence) == timeless(before.evidence);
}

/// An alert that stands must not be written again each day because a count of days moved.
void keep_words(change& what, std::span<change const> standing) {
    auto const same = std::find_if(standing.begin(), standing.end(), [&](change const& before) {
        return only_older(what, before);
    });
    if (same != standing.end()) what = *same;
}

} // namespace

change verdict_scene::about(alert_kind kind, std::string dedupe) const {
    change what;
    what.kind = kind;
    what.dedupe = std::move(dedupe);
    what.subject = in.facts.repo;
    what.baseline_commit = in.baseline_commit;
    what.commit = in.facts.commit;
    return what;
}

change const* verdict_scene::standing(alert_kind kind, std::string_view dedupe) const noexcept {
    for (auto const& one : in.standing) {
        if (one.kind == kind && one.dedupe == dedupe) return &one;
    }
    return nullptr;
}

void verdict_scene::keep(alert_kind kind, std::string_view dedupe) {
    if (auto const* const open = standing(kind, dedupe)) out.push_back(*open);
}

std::vector<change> verdict_changes(verdict_inputs const& in) {
    verdict_scene scene{in};
    tell_successor(scene);
    tell_upstream(scene);
    tell_license_mismatch(scene);
    tell_advisories(scene);
    tell_review(scene);
    tell_violations(scene);
    tell_rating(scene);
    tell_publisher(scene);
    for (auto& one : scene.out) {
        apply_severity(one, in.urgency);
        auto const level = one.level;
        keep_words(one, in.standing);
        one.level = level;
    }
    std::sort(scene.out.begin(), scene.out.end(), [](change const& a, change const& b) {
        return a.kind != b.kind ? a.kind < b.kind : a.dedupe < b.dedupe;
    });
    return std::move(scene.out);
}

bool verdict_covers(alert_kind kind) noexcept {
    switch (kind) {
    case alert_kind::superseded:
    case alert_kind::license_mismatch:
    case alert_kind::advisory:
    case alert_kind::review_missing:
    case alert_kind::review_expired:
    case alert_kind::policy_violation:
    case alert_kind::rating_worsened:
        return true;
    default:
        return false;
    }
}

} // namespace modelwatch::assess
