#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::report {

/// Columns that a text takes on a terminal; counts code points.
[[nodiscard]] std::size_t columns(std::string_view text) noexcept;

/// Lines of at most `width` columns, broken at spaces; a longer word stands alone on its line, whole.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// The text filled up to `width` columns; a longer one is left as it is.
[[nodiscard]] std::string padded(std::string_view text, std::size_t width);
[[nodiscard]] std::string padded_left(std::string_view text, std::size_t width);

/// `first` and then the wrapped text, whose later lines stand under its beginning. Ends with a line end.
[[nodiscard]] std::string hanging(std::string_view first, std::string_view text, std::size_t width);

} // namespace modelwatch::report
