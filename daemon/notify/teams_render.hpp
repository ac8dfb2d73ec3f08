#pragma once

#include "daemon/model/message.hpp"
#include "daemon/notify/reader.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace modelwatch::notify {

/// Teams refuses a card over 28 KB, measured after a conversion of its own that makes it longer. Ours stays
/// below this when every character beyond ASCII is counted as an escape.
inline constexpr std::size_t teams_body = 20'000;
/// Events that one card shows at most; the others are counted.
inline constexpr std::size_t teams_stories = 12;

/// The body of one request to a Workflows webhook: a message with one Adaptive Card. Text of others stands in
/// text runs only, where Teams reads no Markdown; the card's one kind of link are our own buttons.
[[nodiscard]] std::string render_teams(message const& what, reader const& whom = {});

/// Text of others for a text run: visible as it is, never a mention, a link or a placeholder; at most `limit`
/// bytes.
[[nodiscard]] std::string teams_plain(std::string_view text, std::size_t limit);

/// Bytes of a JSON text in which everything beyond ASCII is escaped as \uXXXX.
[[nodiscard]] std::size_t escaped_size(std::string_view json_text) noexcept;

} // namespace modelwatch::notify
