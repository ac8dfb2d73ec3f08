#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace modelwatch {

/// A JSON text as JavaScript's response.json() would take it: without a byte order mark, and with U+FFFD for
/// every lone surrogate escape and for bytes that are no UTF-8. nullopt: there was nothing to mend.
[[nodiscard]] std::optional<std::string> mended_json(std::string_view text);

/// How much of a text stands at one place, and whether it may stay as it is.
struct text_piece {
    std::size_t length = 1; ///< of a bad one: how much of it one U+FFFD stands for
    bool good = false;
};

/// The escape that begins with the backslash at `at` in a JSON text: both halves of a surrogate pair at once;
/// bad: one half alone.
[[nodiscard]] text_piece json_escape_at(std::string_view text, std::size_t at) noexcept;

/// Any text with U+FFFD for bytes that are no UTF-8; nullopt: there was nothing to mend.
[[nodiscard]] std::optional<std::string> mended_utf8(std::string_view text);

} // namespace modelwatch
