#pragma once

#include "daemon/model/message.hpp"
#include "daemon/notify/reader.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace modelwatch::notify {

/// Slack's published limits. Ours count bytes, which is never less than characters.
inline constexpr std::size_t slack_blocks = 50;
inline constexpr std::size_t slack_text = 4000;
inline constexpr std::size_t slack_header = 150;
inline constexpr std::size_t slack_section = 3000;
/// Events that one message shows; the others are counted.
inline constexpr std::size_t slack_stories = 12;

/// The body of one incoming-webhook request: Block Kit and a `text` for notifications.
[[nodiscard]] std::string render_slack(message const& what, reader const& whom = {});

/// Text of others for a plain_text object or a `text` without markup: visible as it is and nothing hidden in
/// it, never a mention or a link; at most `limit` bytes.
[[nodiscard]] std::string slack_plain(std::string_view text, std::size_t limit);

} // namespace modelwatch::notify
