#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::notify {

/// A mailbox: "Name <user@host>" or "user@host".
struct mailbox {
    std::string name;
    std::string address; ///< ASCII, no white space, nothing that could end a header or an SMTP command
};

/// Throws std::invalid_argument, naming the text, when it is not a mailbox. `needs_domain`: false lets a
/// local user name pass (for a local mail system).
[[nodiscard]] mailbox parse_mailbox(std::string_view text, bool needs_domain);

/// "Subject: value\r\n", with CR, LF, NUL and other controls made harmless, folded at 78 columns, and RFC
/// 2047 encoded words where the value is not plain ASCII (or looks like an encoded word itself).
[[nodiscard]] std::string text_header(std::string_view name, std::string_view value);

/// "To: a@x,\r\n b@y\r\n".
[[nodiscard]] std::string mailbox_header(std::string_view name, std::vector<mailbox> const& boxes);

/// "References: <a>\r\n <b>\r\n": one word per line.
[[nodiscard]] std::string word_header(std::string_view name, std::vector<std::string> const& words);

/// RFC 2045 quoted-printable with CRLF line ends, at most 76 columns; '\n' in `text` ends a line.
[[nodiscard]] std::string quoted_printable(std::string_view text);

/// What of `text` may stand in a domain or in the left of a Message-ID: letters, digits, '-', '.'; else
/// `fallback`.
[[nodiscard]] std::string dot_atom(std::string_view text, std::string_view fallback);

/// "Sun, 22 Nov 2026 09:00:00 +0000" (RFC 5322).
[[nodiscard]] std::string mail_date(long long unix_seconds);

} // namespace modelwatch::notify
