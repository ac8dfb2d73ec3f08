#include "daemon/alerting/precedence.hpp"

#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modelwatch::alerting {

namespace {

/// One finding that may forbid a move, and the id of its alert; empty: it has none yet.
struct finding {
    change const* what;
    std::string_view id;
};

bool same_thing(change const& left, change const& right) noexcept {
    return left.kind == right.kind && left.dedupe == right.dedupe;
}

/// A deployed copy that drifted says nothing against the bytes on the hub.
bool forbids_moving_to(change const& what, std::string_view commit) noexcept {
    if (precedence_of(what) != precedence::integrity || what.kind == alert_kind::deployed_drift) return false;
    return what.commit.empty() || commit.empty() || what.commit == commit;
}

bool graver(change const& left, change const& right) noexcept {
    if (left.level != right.level) return left.level > right.level;
    if (left.kind != right.kind) return left.kind < right.kind;
    return left.dedupe < right.dedupe;
}

finding const* gravest_against(std::vector<finding> const& findings, std::string_view commit) {
    finding const* worst = nullptr;
    for (auto const& one : findings) {
        if (!forbids_moving_to(*one.what, commit)) continue;
        if (worst == nullptr || graver(*one.what, *worst->what)) worst = &one;
    }
    return worst;
}

std::string id_among(change const& what, std::span<alert const> known) {
    auto const found = std::find_if(known.begin(), known.end(), [&](alert const& entry) {
        return entry.active() && same_thing(entry.what, what);
    });
    return found == known.end() ? std::string{} : found->id;
}

/// What the kind's own advice would have people do to the newer commit; empty: nothing.
std::string_view move_advised_by(alert_kind kind) noexcept {
    if (kind == alert_kind::outdated) return "roll out";
    return kind == alert_kind::commits_added ? "accept" : "";
}

std::string warning(std::string_view move, change const& advising, finding const& against) {
    auto const kind = to_string(against.what->kind);
    auto const named = against.id.empty() ? std::string{kind} : fmt::format("{} ({})", against.id, kind);
    auto const head = advising.commit.empty() ? std::string{"the newer commit"}
                                              : std::string{short_commit(advising.commit)};
    return fmt::format("Do not {} {}: see alert {}.", move, head, named);
}

void withhold(change& advising, std::vector<finding> const& findings) {
    auto const move = move_advised_by(advising.kind);
    if (move.empty()) return;
    if (auto const* const against = gravest_against(findings, advising.commit))
        advising.action = warning(move, advising, *against);
}

} // namespace

precedence precedence_of(alert_kind kind) noexcept {
    switch (kind) {
    case alert_kind::weights_replaced:
    case alert_kind::weights_removed:
    case alert_kind::weights_added:
    case alert_kind::history_rewritten:
    case alert_kind::tag_moved:
    case alert_kind::code_added:
    case alert_kind::code_changed:
    case alert_kind::template_changed:
    case alert_kind::tokenizer_changed:
    case alert_kind::unsafe_format_added:
    case alert_kind::unsafe_content:
    case alert_kind::malformed_file:
    case alert_kind::hub_scan_flagged:
    case alert_kind::namespace_reborn:
    case alert_kind::deployed_drift:
        return precedence::integrity;
    case alert_kind::license_changed:
    case alert_kind::license_mismatch:
    case alert_kind::gating_changed:
    case alert_kind::access_lost:
        return precedence::rights;
    case alert_kind::stale:
    case alert_kind::outdated:
    case alert_kind::superseded:
    case alert_kind::review_expired:
        return precedence::time;
    case alert_kind::commits_added:
    case alert_kind::config_changed:
    case alert_kind::new_model:
        return precedence::news;
    default:
        return precedence::standing;
    }
}

precedence precedence_of(change const& what) noexcept {
    auto const about = precedence_of(what.kind);
    bool const minor = about == precedence::integrity && what.level < severity::medium;
    return minor ? precedence::news : about;
}

bool said_before(alert const& left, alert const& right) noexcept {
    auto const left_about = precedence_of(left.what);
    auto const right_about = precedence_of(right.what);
    if (left_about != right_about) return left_about < right_about;
    if (left.what.level != right.what.level) return left.what.level > right.what.level;
    if (left.opened_at != right.opened_at) return left.opened_at < right.opened_at;
    return left.id < right.id;
}

severity gravest(std::span<alert const> alerts) noexcept {
    auto worst = severity::info;
    for (auto const& one : alerts)
        worst = std::max(worst, one.what.level);
    return worst;
}

void withhold_advice(std::vector<change>& changes, std::span<alert const> known) {
    std::vector<std::string> ids;
    ids.reserve(changes.size()); // the findings point into it
    std::vector<finding> findings;
    for (auto const& one : changes)
        findings.push_back({&one, ids.emplace_back(id_among(one, known))});
    for (auto const& entry : known) {
        auto const spoken_of = [&](change const& one) { return same_thing(one, entry.what); };
        if (entry.active() && std::none_of(changes.begin(), changes.end(), spoken_of))
            findings.push_back({&entry.what, entry.id});
    }
    for (auto& one : changes)
        withhold(one, findings);
}

void withhold_advice(std::vector<alert>& touched, std::span<alert const> known) {
    std::vector<finding> findings;
    for (auto const& entry : touched) {
        if (entry.active()) findings.push_back({&entry.what, entry.id});
    }
    for (auto const& entry : known) {
        auto const same = [&](alert const& one) { return one.id == entry.id; };
        if (entry.active() && std::none_of(touched.begin(), touched.end(), same))
            findings.push_back({&entry.what, entry.id});
    }
    for (auto& entry : touched) {
        if (entry.active()) withhold(entry.what, findings);
    }
}

} // namespace modelwatch::alerting
