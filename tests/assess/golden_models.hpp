#pragma once

#include "tests/assess/evidence_builder.hpp"

#include <array>

/// The rows of assess.md 2.6 and 2.7 as evidence, known on 2026-04-29. Dates marked "about" are general
/// knowledge: only the bucket that they fall into matters.
namespace assess_test {

struct golden {
    std::string_view name;
    evidence facts;
    std::array<int, dimension_count> scores; ///< access, license, format, publisher, timeliness
    double total;
    risk_level rating;
};

[[nodiscard]] evidence gemma_2_2b();
[[nodiscard]] evidence thebloke_mistral_gguf();
[[nodiscard]] evidence falcon_7b();
[[nodiscard]] evidence unreachable_hub(); ///< a known organisation; the hub tells next to nothing

/// Every row of 2.7, the three models of 2.6 first.
[[nodiscard]] std::vector<golden> golden_rows();

} // namespace assess_test
