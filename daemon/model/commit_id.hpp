#pragma once

#include <cstddef>
#include <string_view>

namespace modelwatch {

/// A whole commit id in lower case: 40 hex digits, or 64 where histories are kept with SHA-256.
[[nodiscard]] bool is_full_commit(std::string_view text) noexcept;

/// What a server says instead of a commit when there is none: nothing, or git's zeros.
[[nodiscard]] bool is_no_commit(std::string_view text) noexcept;

/// The beginning of a commit id, or all of it: lower-case hex digits, at least `fewest` of them.
[[nodiscard]] bool is_commit_prefix(std::string_view text, std::size_t fewest) noexcept;

} // namespace modelwatch
