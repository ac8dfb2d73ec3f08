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
/// "2026-04-29 10:00 UTC".
[[nodiscard]] std::string time_text(instant when);
/// "2026-04-29", or "not told".
[[nodiscard]] std::string date_text(std::optional<instant> when);

/// A finding with the points that it adds to the overall score at most: points times the dimension's weight.
struct cost {
    assess::finding const* what;
    double of_score;
};

/// Findings with points, the dearest first; equal ones in the order of checks.
[[nodiscard]] std::vector<cost> costs(assess::assessment const& rating);

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
