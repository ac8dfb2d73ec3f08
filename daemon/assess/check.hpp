#pragma once

#include "daemon/assess/dimension.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace modelwatch::assess {

/// Every check of assess.md 2.4. The spelling that users see is in checks().
enum class check_id {
    access_gating,
    access_notification,
    access_ungated_derivative,
    access_disabled,
    license_class,
    license_provenance,
    license_consistency,
    license_recent_change,
    format_weights,
    format_custom_code,
    format_scan,
    format_template,
    format_integrity,
    format_signature,
    publisher_type,
    publisher_jurisdiction,
    publisher_verified,
    publisher_single_point,
    publisher_origin,
    publisher_dormancy,
    publisher_blast_radius,
    publisher_lookalike,
    publisher_continuity,
    publisher_account_age,
    version_age,
    version_maintenance,
    version_superseded,
    version_upstream,
    version_eol,
    version_advisory,
};

inline constexpr std::size_t check_count = 30;

/// How an outcome counts (assess.md 2.3).
enum class outcome_state {
    known,          ///< observed: points, and counted as known in the confidence
    unknown,        ///< never observed: points of its own, counted as not known
    not_assessed,   ///< no baseline, no feed: no points, listed, not counted
    not_applicable, ///< no points, not counted
};

/// One outcome out of a check's closed list.
struct outcome_info {
    std::string_view name; ///< "auto", as in the JSON and the evidence vector
    int points = 0;        ///< default; `[rubric.points]` may set another
    outcome_state state = outcome_state::known;
    std::string_view meaning; ///< a few words for people
};

/// One row of the declarative table: the only place that knows a check's names, outcomes, points and texts.
struct check_info {
    check_id id{};
    std::string_view name; ///< "access-gating"
    dimension about{};
    bool principal = false;
    std::string_view code; ///< two letters in the evidence vector; empty: not part of it
    std::span<outcome_info const> outcomes;
    std::string_view question;        ///< what is looked at
    std::string_view why;             ///< why it matters
    std::string_view remediation;     ///< what to do; doubles as training text
    std::string_view themes;          ///< "T1"
    std::string_view recommendations; ///< "R3 R5"
    std::string_view owasp;           ///< "LLM03.5"
    std::string_view atlas;           ///< MITRE ATLAS techniques and mitigations
    std::string_view frameworks;      ///< NIST, SR- and PS- numbers; may be empty
};

[[nodiscard]] std::span<check_info const> checks() noexcept;
[[nodiscard]] check_info const& info(check_id id) noexcept;
[[nodiscard]] std::string_view to_string(check_id id) noexcept;
/// Also takes the prose spelling "licence-…".
[[nodiscard]] std::optional<check_id> parse_check_id(std::string_view name) noexcept;
/// A row of the check's own list; nullptr: no such outcome.
[[nodiscard]] outcome_info const* find_outcome(check_info const& check, std::string_view name) noexcept;

} // namespace modelwatch::assess
