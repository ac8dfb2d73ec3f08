#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace modelwatch::diff {

/// Which elements of two sequences have no partner in the other. What is left of both is equal, in order.
struct edit_script {
    std::vector<bool> removed; ///< per element of `from`
    std::vector<bool> added;   ///< per element of `to`
};

/// Myers' algorithm in linear space. After `budget` steps the stretches that are still undecided count as
/// replaced as a whole: always right, then not always the shortest.
[[nodiscard]] edit_script edits(
    std::span<std::uint32_t const> from, std::span<std::uint32_t const> to, std::size_t budget = 10'000'000
);

} // namespace modelwatch::diff
