#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::assess {

/// Lower-case words of a repository name (without namespace): split at `-`, `_`, blanks and glued numbers
/// ("qwen2.5" -> "qwen", "2.5"), but not at sizes ("7b") or one letter with digits ("r1", "e4b"). `_` between
/// digits is a point ("phi-1_5").
[[nodiscard]] std::vector<std::string> name_tokens(std::string_view name);

/// Like name_tokens but neither lower-cased nor split at glued numbers: the pieces as they are written.
struct name_piece {
    std::string_view text;
    std::size_t begin = 0; ///< offset in the name
};

[[nodiscard]] std::vector<name_piece> name_pieces(std::string_view name);

/// "4bit", "q4", "q4.0", "128g", "1.58bit", "w4a16" and the packaging words.
[[nodiscard]] bool is_packaging(std::string_view token) noexcept;

/// Billions of parameters: "7b", "270m", "8x7b", "e4b", "a3b", "7b1", "1t"; negative: not a size.
[[nodiscard]] double size_of_token(std::string_view token) noexcept;

/// "2.5" -> {2, 5}; empty when the token is not all digits and points, or has a component over 8 digits.
[[nodiscard]] std::vector<std::uint32_t> number_of_token(std::string_view token);

[[nodiscard]] bool all_digits(std::string_view token) noexcept;

} // namespace modelwatch::assess
