#pragma once

#include <string>
#include <string_view>

namespace modelwatch::notify {

/// Text of others inside HTML, in element content and in quoted attributes: printable, with & < > " ' as
/// entities.
[[nodiscard]] std::string html_text(std::string_view text);

/// <tag style="…">inner</tag>; `inner` is HTML already, `style` is ours.
[[nodiscard]] std::string html_element(std::string_view tag, std::string_view style, std::string_view inner);

/// A link whose label is the URL or our own words; plain text when the URL may not stand in a message.
[[nodiscard]] std::string html_link(std::string_view url, std::string_view label);

/// A whole document around a body, without anything that a reader would have to load from elsewhere.
[[nodiscard]] std::string html_document(std::string_view title, std::string_view body);

} // namespace modelwatch::notify
