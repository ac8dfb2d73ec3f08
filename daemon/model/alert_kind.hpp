#pragma once

#include "daemon/model/severity.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace modelwatch {

/// Every kind of alert that modelwatch can raise. The spelling that users see is in alert_kinds().
enum class alert_kind {
    weights_replaced,
    weights_removed,
    weights_added,
    history_rewritten,
    tag_moved,
    commits_added,
    code_added,
    code_changed,
    template_changed,
    config_changed,
    tokenizer_changed,
    unsafe_format_added,
    unsafe_content,
    malformed_file,
    hub_scan_flagged,
    license_changed,
    license_mismatch,
    gating_changed,
    repo_missing,
    repo_renamed,
    repo_disabled,
    repo_private,
    access_lost,
    namespace_reborn,
    publisher_changed,
    new_model,
    stale,
    outdated,
    superseded,
    advisory,
    deployed_drift,
    review_missing,
    review_expired,
    policy_violation,
    rating_worsened,
    poll_failing,
    hub_unreachable,
    delivery_failing,
    state_lost,
};

/// What a kind is about decides how its alerts are keyed and which severity modifiers apply.
enum class alert_class {
    integrity, ///< the bytes, the history or the owner: never lowered below medium
    content,   ///< other changes of what the repo holds
    rights,    ///< license and access
    standing,  ///< a condition that holds at first sight too: opens quietly unless critical
    monitor,   ///< about modelwatch itself
};

/// One row of the declarative table: the only place that knows a kind's name, class and default severity.
struct alert_kind_info {
    alert_kind kind;
    std::string_view name; ///< "weights-replaced"
    severity level;        ///< default severity, before modifiers
    alert_class about;
    bool per_file;            ///< one alert per watch; subject is the path or "N files"
    std::string_view meaning; ///< one sentence: what happened and why it matters
    std::string_view action;  ///< one sentence: the first thing to do
};

[[nodiscard]] std::span<alert_kind_info const> alert_kinds() noexcept;
[[nodiscard]] alert_kind_info const& info(alert_kind kind) noexcept;
[[nodiscard]] std::string_view to_string(alert_kind kind) noexcept;
[[nodiscard]] std::optional<alert_kind> parse_alert_kind(std::string_view name) noexcept;

} // namespace modelwatch
