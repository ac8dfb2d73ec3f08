#include "daemon/assess/event_severity.hpp"

#include "daemon/assess/license_transition.hpp"
#include "daemon/model/commit_id.hpp"
#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace modelwatch::assess {

namespace {

using enum alert_kind;

bool is_false(change const& what, std::string_view key) noexcept {
    auto const* const value = what.evidence.if_contains(key);
    return value != nullptr && value->is_bool() && !value->get_bool();
}

/// The bytes differ although the commit, or the history that could tell of it, does not.
bool is_silent(change const& what) noexcept {
    return flag_of(what.evidence, "silent");
}

severity rate_format(change const& what) noexcept {
    if (flag_of(what.evidence, "standing"))
        return flag_of(what.evidence, "native") ? severity::high : severity::medium;
    if (flag_of(what.evidence, "executable")) return severity::critical;
    if (flag_of(what.evidence, "safe_format_lost")) return severity::high;
    bool const never_loaded =
        flag_of(what.evidence, "safe_set_intact") && flag_of(what.evidence, "allow_patterns_safe");
    return never_loaded ? severity::medium : severity::high;
}

severity rate_scan(change const& what) noexcept {
    auto const level = text_of(what.evidence, "level") == "unsafe" ? severity::critical : severity::medium;
    // A base model's verdict that stands concerns its derivatives one step less (assess.md 3.5).
    bool const of_base = what.evidence.contains("via") && flag_of(what.evidence, "standing");
    return of_base ? shifted(level, -1) : level;
}

severity rate_configuration(change const& what) noexcept {
    if (is_silent(what)) return severity::high;
    // What could not be read may make a loader run anything.
    bool const more = flag_of(what.evidence, "architecture_changed") || what.evidence.contains("unread");
    return more ? severity::medium : info(alert_kind::config_changed).level;
}

severity rate_rename(change const& what, severity_context const& context) {
    if (flag_of(what.evidence, "same_owner")) return severity::medium;
    bool const known = context.publishers.find(text_of(what.evidence, "new_owner")) != nullptr;
    return known ? severity::medium : severity::high;
}

/// The urgency that the finder itself states (an advisory's, an inspector's).
std::optional<severity> stated(change const& what) noexcept {
    return parse_severity(text_of(what.evidence, "severity"));
}

severity rate_superseded(change const& what) noexcept {
    if (flag_of(what.evidence, "security_reason") || flag_of(what.evidence, "end_of_life"))
        return severity::high;
    if (what.evidence.contains("via")) return severity::low; // upstream has drifted: rebuild
    return is_false(what, "declared") ? severity::low : info(superseded).level;
}

/// Before modifiers: assess.md 6.2 where the facts matter, else the kind's own default.
severity rate_by_facts(change const& what, severity_context const& context) {
    switch (what.kind) {
    case alert_kind::commits_added:
        if (what.evidence.contains("history_known")) return severity::medium;
        return what.evidence.contains("moved") ? severity::low : info(what.kind).level;
    case weights_replaced:
        return is_silent(what) ? severity::critical : info(what.kind).level;
    case code_added:
    case code_changed:
        // Where nobody is asked, keeping trust_remote_code off protects nobody.
        return is_silent(what) || flag_of(what.evidence, "without_consent") ? severity::critical
                                                                            : info(what.kind).level;
    case history_rewritten:
        return flag_of(what.evidence, "weights_unchanged") ? severity::medium : info(what.kind).level;
    case template_changed:
        return is_silent(what) ? severity::high : info(what.kind).level;
    case tokenizer_changed:
        return is_silent(what) || flag_of(what.evidence, "grave_token") ? severity::high
                                                                        : info(what.kind).level;
    case config_changed:
        return rate_configuration(what);
    case unsafe_format_added:
        return rate_format(what);
    case hub_scan_flagged:
        return rate_scan(what);
    case license_changed:
        return rate_license_change(what.evidence, context.licenses, context.publisher);
    case gating_changed:
        return text_of(what.evidence, "direction") == "mode" ? severity::low : info(what.kind).level;
    case repo_renamed:
        return rate_rename(what, context);
    case namespace_reborn:
        return flag_of(what.evidence, "nothing_else_changed") ? severity::medium : info(what.kind).level;
    case superseded:
        return rate_superseded(what);
    default:
        return stated(what).value_or(info(what.kind).level);
    }
}

bool has_accountable_publisher(severity_context const& context) {
    auto const* const known = context.publishers.find(context.publisher);
    return known != nullptr && known->type != "individual" && known->type != "unknown" &&
           !known->type.empty() && !known->denylisted;
}

/// The deployed commit keeps its bytes: only what the branch points at is another.
bool only_the_branch_moved(change const& what, severity_context const& context) {
    return !context.target.deployed.empty() && !is_silent(what) && is_false(what, "deployed_affected") &&
           what.commit != what.baseline_commit;
}

/// The pin protects this host today, not the next rollout: bytes, and rights that were lost or narrowed.
bool outlives_a_pin(change const& what) noexcept {
    auto const about = info(what.kind).about;
    return about == alert_class::integrity || about == alert_class::rights || what.kind == template_changed ||
           what.kind == tokenizer_changed;
}

/// Moves a severity step by step, and says why in words for people.
class mover {
public:
    mover(change const& what, severity_context const& context, severity base)
        : what_{what}
        , context_{context}
        , out_{base, {}} {}

    rated_severity moved() {
        raise_for_production();
        raise_for_publisher();
        lower_for_base_model();
        lower_for_pin();
        return std::move(out_);
    }

private:
    void raise_for_production() {
        if (!is_production(context_.target.tags) || !follows_a_branch(context_.target)) return;
        step(1, fmt::format("production follows {}", printable(context_.target.revision)));
    }

    void raise_for_publisher() {
        if (info(what_.kind).about != alert_class::integrity || has_accountable_publisher(context_)) return;
        auto const name = context_.publisher.empty() ? "the publisher" : printable(context_.publisher);
        step(1, fmt::format("{} is an individual or not in the publisher registry", name));
    }

    void lower_for_base_model() {
        if (!what_.evidence.contains("via")) return;
        step(-1, "it happened to the base model, not to this one");
    }

    void lower_for_pin() {
        if (!only_the_branch_moved(what_, context_)) return;
        auto const pin = short_commit(context_.target.deployed);
        auto const lowered = shifted(out_.level, -1);
        bool const protected_only_today = outlives_a_pin(what_) && lowered < severity::high;
        if (!protected_only_today)
            return step(-1, fmt::format("your deployed commit {} does not hold these bytes", pin));
        out_.reasons.push_back(fmt::format(
            "Stays {} although your deployed commit {} does not hold these bytes: that protects this "
            "deployment, not the next rollout.",
            to_string(out_.level),
            pin
        ));
    }

    void step(int steps, std::string const& why) {
        auto const before = out_.level;
        out_.level = shifted(before, steps);
        if (out_.level == before) return;
        out_.reasons.push_back(
            fmt::format("{} from {}: {}.", steps > 0 ? "Raised" : "Lowered", to_string(before), why)
        );
    }

    change const& what_;
    severity_context const& context_;
    rated_severity out_;
};

/// Conditions that hold without any event, the monitor's own troubles and mere news are not moved.
bool can_be_moved(change const& what, severity base) {
    auto const about = info(what.kind).about;
    if (base == severity::info || flag_of(what.evidence, "standing")) return false;
    // The same bytes under another path are low for whoever runs them.
    if (what.kind == alert_kind::commits_added && what.evidence.contains("moved")) return false;
    if (flag_of(what.evidence, "nothing_else_changed")) return false; // a lack of proof, not an event
    return about != alert_class::standing && about != alert_class::monitor;
}

} // namespace

bool is_production(labels const& tags) {
    auto const label = tags.find("env");
    if (label == tags.end()) return false;
    auto const value = lower(label->second);
    return value == "prod" || value == "production";
}

bool follows_a_branch(watch const& target) {
    return target.deployed.empty() && !is_full_commit(target.revision);
}

rated_severity rate_with_reasons(change const& what, severity_context const& context) {
    auto const base = rate_by_facts(what, context);
    auto const chosen = context.overrides.find(std::string{to_string(what.kind)});
    if (chosen != context.overrides.end()) {
        if (chosen->second == base) return {base, {}};
        return {
            chosen->second,
            {fmt::format(
                "{} instead of {}: set by [policy.severity].", to_string(chosen->second), to_string(base)
            )}
        };
    }
    if (!can_be_moved(what, base)) return {base, {}};
    auto out = mover{what, context, base}.moved();
    bool const integrity = info(what.kind).about == alert_class::integrity;
    if (integrity && base >= severity::medium) out.level = std::max(out.level, severity::medium);
    return out;
}

severity rate(change const& what, severity_context const& context) {
    return rate_with_reasons(what, context).level;
}

void apply_severity(change& what, severity_context const& context) {
    auto const rated = rate_with_reasons(what, context);
    what.level = rated.level;
    for (auto const& reason : rated.reasons)
        what.detail += (what.detail.empty() ? "" : " ") + reason;
}

} // namespace modelwatch::assess
