#pragma once

#include "daemon/model/json.hpp"
#include "daemon/notify/reader.hpp"

#include <string>
#include <vector>

namespace modelwatch::notify {

/// Whether a payload is what alerting::compose_digest() makes.
[[nodiscard]] bool is_digest(json::object const& payload) noexcept;

/// "From 2026-11-16 09:00 CET to 2026-11-23 09:00 CET. The next digest: …"
[[nodiscard]] std::string digest_period(json::object const& payload);

/// A digest as plain text, for email's text part, terminals and chats: a headline, then a list per section.
[[nodiscard]] std::string digest_text(json::object const& payload, reader const& whom = {});

/// The same as the body of an HTML mail: tables and inline styles only, nothing to load, and a bar of table
/// cells that degrades to its own numbers. Every text of the payload is escaped.
[[nodiscard]] std::string digest_html(json::object const& payload, reader const& whom = {});

/// The same in pieces for chats: one text per section, each at most `limit` bytes, with "and N more" where
/// rows did not fit.
[[nodiscard]] std::vector<std::string> digest_pieces(json::object const& payload, std::size_t limit);

} // namespace modelwatch::notify
