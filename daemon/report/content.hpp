#pragma once

#include "daemon/report/report.hpp"

#include <string>
#include <string_view>
#include <vector>

/// What every format says, before it is dressed: numbers as text, the dearest findings, the evidence as rows.
/// Texts are raw: each format escapes them.
namespace modelwatch::report {

[[nodiscard]] std::string_view state_name(assess::outcome_state state) noexcept; ///< "not-assessed"
[[nodiscard]] std::string_view successor_words(assess::successor_state state) noexcept;

/// "53.5", "22": as many digits as the number has.
[[nodiscard]] std::string number_text(double value);
/// "92 %".
[[nodiscard]] std::string percent_text(double share);
/// "2026-04-29 10:00 UTC"; "never" for the epoch.
[[nodiscard]] std::string time_text(instant when);
/// "2026-04-29", or "not told".
[[nodiscard]] std::string date_text(std::optional<instant> when);

/// Findings with points, the dearest first; equal ones in the order of checks.
[[nodiscard]] std::vector<assess::finding const*> dear_findings(assess::assessment const& rating);

/// A finding and by how much the score falls when it alone is mended: in a dimension whose points are capped
/// that is less than its points, or nothing.
struct saving {
    assess::finding const* what;
    double of_score;
};

/// Findings that can lower the score by themselves, the greatest saving first.
[[nodiscard]] std::vector<saving> savings(assess::assessment const& rating);

/// Dimensions whose score no single finding can lower.
[[nodiscard]] std::vector<assess::dimension> held_by_several(assess::assessment const& rating);

/// "Timeliness stays as it is unless several of its findings are mended together."
[[nodiscard]] std::string held_text(assess::dimension which);

/// What to do about a finding: the advice of its outcome where the check has several kinds.
[[nodiscard]] std::string_view advice_for(assess::finding const& one) noexcept;

/// How much of what bears on the rating is known. What was not assessed counts as not known, unlike in the
/// rubric's own confidence, so that it never reads as good.
struct evidence_share {
    double known = 0; ///< 0 to 1
    std::size_t not_assessed = 0;
};

[[nodiscard]] evidence_share known_share(assess::assessment const& rating);

/// "82 %, 4 checks not assessed".
[[nodiscard]] std::string confidence_text(assess::assessment const& rating);

/// Rules that the configuration asks for, or those that it does not.
[[nodiscard]] std::vector<assess::policy_verdict const*> rules_of(subject const& model, bool asked);

/// "May I use it?", for whoever wants one line.
struct use_verdict {
    enum class answer { yes, with_conditions, no };
    answer said = answer::no;
    std::vector<std::string> why; ///< the weightiest first; names of the hub in it
};

[[nodiscard]] std::string_view to_string(use_verdict::answer said) noexcept; ///< "with conditions"
[[nodiscard]] use_verdict may_use(subject const& model);
/// "With conditions: rated Medium-High (53.5); CISO approval first", one line of raw text.
[[nodiscard]] std::string use_text(subject const& model);

/// "0.15 × 40 + 0.1 × 0 + … = 53.5".
[[nodiscard]] std::string arithmetic(assess::assessment const& rating);

/// "20 + 30 = 50", "60 + 20 + 20 + 20 + 10 = 130, capped at 100", "0".
[[nodiscard]] std::string sum_text(assess::dimension_result const& result);

/// "FAIL", "FAIL (accepted until 2026-12-01 by J. Doe)".
[[nodiscard]] std::string verdict_text(assess::policy_verdict const& verdict);

/// "tiiuae/falcon-7b is rated Medium-High: 53.5 of 100." and what speaks for and against, in sentences.
[[nodiscard]] std::string verdict_sentence(subject const& model);

/// Name and value, both for people.
struct fact {
    std::string_view name;
    std::string value;
};

/// What the rating rests on, with times. Says so where something was not told.
[[nodiscard]] std::vector<fact> evidence_rows(subject const& model);

/// What is known of a successor; empty: nothing worth a row.
[[nodiscard]] std::vector<fact> successor_rows(assess::succession const& what);

/// This model beside the ones that it is made of: the first column is this model.
struct comparison {
    std::vector<std::string> heads;

    struct row {
        std::string_view name;
        std::vector<std::string> cells;
    };

    std::vector<row> rows;
};

/// Empty heads: it is made of nothing that we know of.
[[nodiscard]] comparison compare_with_bases(subject const& model);

} // namespace modelwatch::report
