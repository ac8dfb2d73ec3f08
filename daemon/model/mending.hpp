#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace modelwatch {

/// A JSON text as JavaScript's response.json() would take it: without a byte order mark, and with U+FFFD for
/// every lone surrogate escape and for bytes that are no UTF-8. nullopt: there was nothing to mend.
[[nodiscard]] std::optional<std::string> mended_json(std::string_view text);

/// Any text with U+FFFD for bytes that are no UTF-8; nullopt: there was nothing to mend.
[[nodiscard]] std::optional<std::string> mended_utf8(std::string_view text);

} // namespace modelwatch
