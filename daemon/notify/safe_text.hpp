#pragma once

#include "daemon/model/time.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::notify {

/// printable() line by line: line breaks stay.
[[nodiscard]] std::vector<std::string> printable_lines(std::string_view text, std::size_t limit);

/// Text of others in which no reader finds a link: "https[:]//", "www[.]". Mail programs and chats make links
/// of what looks like one, whatever the markup says.
[[nodiscard]] std::string without_links(std::string_view text);

/// The text itself when it is a URL that may stand in a message, else empty.
[[nodiscard]] std::string safe_url(std::string_view text);

/// One word of a POSIX shell that means exactly `text`.
[[nodiscard]] std::string shell_word(std::string_view text);

/// Every byte that is not part of valid UTF-8 becomes U+FFFD: JSON has no place for it.
[[nodiscard]] std::string valid_utf8(std::string_view text);

/// "2026-11-22 10:00 CET"; in UTC where this host does not know the zone.
[[nodiscard]] std::string for_people(instant when, std::string const& zone = "UTC");

} // namespace modelwatch::notify
