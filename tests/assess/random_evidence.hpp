#pragma once

#include "tests/assess/evidence_builder.hpp"

#include <random>

namespace assess_test {

using generator = std::mt19937;

/// Anything that the types allow, odd combinations, hostile texts and impossible dates included. Times are
/// whole seconds, as they are stored.
[[nodiscard]] evidence random_evidence(generator& dice);

/// A number from 0 up to, but not including, `bound`.
[[nodiscard]] std::size_t below(generator& dice, std::size_t bound);

} // namespace assess_test
