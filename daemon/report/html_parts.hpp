#pragma once

#include "daemon/report/report.hpp"

#include <string>

/// Pieces of the HTML page. What they return is HTML already; what goes in is escaped here.
namespace modelwatch::report {

/// The style sheet, for screens (light and dark) and paper.
[[nodiscard]] std::string_view html_style() noexcept;

/// "lv3": the class of a level; colours stand in the style sheet only.
[[nodiscard]] std::string level_class(assess::risk_level level);

/// "risk: Low" with one to five filled pips, so that it reads without colour.
[[nodiscard]] std::string html_badge(assess::risk_level level);

/// Five bars from 0 to 100 with score and level in words.
[[nodiscard]] std::string html_chart(assess::assessment const& rating);

/// A ruler from 0 to 100 with a mark at the score.
[[nodiscard]] std::string html_scale(assess::assessment const& rating);

/// Every finding with its points, sums, weights, the arithmetic and the floors.
[[nodiscard]] std::string html_receipt(assess::assessment const& rating);

/// What must happen before use: disposition, policy verdicts, what costs most.
[[nodiscard]] std::string html_actions(subject const& model);

/// Successor, and the model beside what it is made of.
[[nodiscard]] std::string html_lineage(subject const& model);

/// What the rating rests on, rubric and vector.
[[nodiscard]] std::string html_sources(subject const& model);

} // namespace modelwatch::report
