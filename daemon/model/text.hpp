#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch {

/// Shell-style match of the whole text: `*` any run (also across `/`), `?` one byte. Case matters.
[[nodiscard]] bool glob_match(std::string_view pattern, std::string_view text) noexcept;

/// Control characters, escapes, bidirectional overrides and bad UTF-8 become visible `\xNN` or `\u{NNNN}`, so
/// that text of the hub can neither forge a log line nor drive a terminal.
[[nodiscard]] std::string printable(std::string_view text);

/// At most `limit` bytes, cut at a whole UTF-8 character, with "…" at the end when something was cut.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t limit);

/// The candidate with the smallest edit distance, if one is close enough to be what was meant.
[[nodiscard]] std::optional<std::string>
nearest(std::string_view word, std::vector<std::string> const& candidates);

[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;
[[nodiscard]] std::string lower(std::string_view text);
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

/// The first eight digits of a commit, or all of a shorter text.
[[nodiscard]] std::string_view short_commit(std::string_view commit) noexcept;

/// "1 file", "3 files": the plural is the noun with an s.
[[nodiscard]] std::string counted(std::size_t count, std::string_view noun);

/// "4.4 GB", "818 B": decimal units, as the Hub shows them.
[[nodiscard]] std::string human_size(std::uint64_t bytes);

} // namespace modelwatch
