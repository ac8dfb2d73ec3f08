#pragma once

#include <string>
#include <string_view>

namespace modelwatch::assess {

/// What is left of a name for the hurried eye: lower case, without separators, characters that look alike
/// made one (0 and o; 1, i and l; 3 and e; 5 and s; rn and m; vv and w; Cyrillic and Greek letters and the
/// Latin ones they resemble; accents). Bytes that cannot be read stay.
[[nodiscard]] std::string skeleton(std::string_view name);

/// Whether `a` is `b` with one slip of the kind that the eye forgives in a short name: two letters swapped,
/// one missing, one doubled, or one vowel for another.
[[nodiscard]] bool is_one_slip(std::string_view a, std::string_view b) noexcept;

/// Insertions, removals, replacements and swaps of neighbours between two texts; more than `limit` is
/// `limit` + 1. Texts over 64 bytes are not compared.
[[nodiscard]] std::size_t edits_between(std::string_view a, std::string_view b, std::size_t limit);

} // namespace modelwatch::assess
