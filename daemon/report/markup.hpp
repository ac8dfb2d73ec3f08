#pragma once

#include <string>
#include <string_view>

namespace modelwatch::report {

/// Text of others in element content and quoted attributes of HTML and SVG: printable, & < > " ' as entities.
[[nodiscard]] std::string html_text(std::string_view text);

/// Our own words, in which `backticks` mark code.
[[nodiscard]] std::string html_words(std::string_view text);

/// Text of others inside a paragraph or a table cell of GitHub-flavoured Markdown: one line, every character
/// that could start markup, a link or a mention is taken literally.
[[nodiscard]] std::string markdown_text(std::string_view text);

/// A code span for names and hashes; text that could mean anything else is escaped instead.
[[nodiscard]] std::string markdown_code(std::string_view text);

/// Everything but unreserved characters of RFC 3986 and those in `kept` as %XX.
[[nodiscard]] std::string percent_encoded(std::string_view text, std::string_view kept = {});

/// The text itself when it is an http(s) URL without white space, quotes and control characters, else empty.
[[nodiscard]] std::string_view safe_url(std::string_view text) noexcept;

} // namespace modelwatch::report
