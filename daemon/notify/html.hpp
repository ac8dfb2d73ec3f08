#pragma once

#include "daemon/model/severity.hpp"

#include <string>
#include <string_view>

namespace modelwatch::notify {

/// Text of others inside HTML, in element content and in quoted attributes: printable, with & < > " ' as
/// entities.
[[nodiscard]] std::string html_text(std::string_view text);

/// <tag style="…">inner</tag>; `inner` is HTML already, `style` is ours.
[[nodiscard]] std::string html_element(std::string_view tag, std::string_view style, std::string_view inner);

/// Text of others in a fixed-width font: a hash or path that is longer than a phone is wide may break, at
/// places where nothing is inserted that would be copied with it.
[[nodiscard]] std::string html_code(std::string_view text);

/// A link whose label is the URL or our own words; plain text when the URL may not stand in a message.
[[nodiscard]] std::string html_link(std::string_view url, std::string_view label);

/// A table as wide as the page for rows of <tr>, whose cells wrap between words and are never pushed wider by
/// what they hold.
[[nodiscard]] std::string html_table(std::string_view rows);

/// Dark enough for white text on it, and for it on white: at least 4.5 to 1.
[[nodiscard]] std::string_view html_colour(severity level) noexcept;

/// A whole document around a body, without anything that a reader would have to load from elsewhere.
[[nodiscard]] std::string html_document(std::string_view title, std::string_view body);

} // namespace modelwatch::notify
