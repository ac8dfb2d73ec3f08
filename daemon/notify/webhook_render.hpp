#pragma once

#include "daemon/model/message.hpp"
#include "daemon/net/http.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::notify {

inline constexpr std::size_t max_webhook_body = 8u << 20;

/// The body of contract section 4: {"type", "timestamp", "data"}; the same bytes on every retry. A body over
/// `limit` first loses the alerts' `detail`, then all but the first files of each, then the mildest alerts;
/// what was left out is counted in "files_omitted" and "omitted".
[[nodiscard]] std::string render_webhook(message const& what, std::size_t limit = max_webhook_body);

/// The keys of a secret: several, separated by white space, while a secret is being replaced. Throws
/// std::invalid_argument for what no receiver would take: a "whsec_" that is not base64 or too short, quotes,
/// …
[[nodiscard]] std::vector<std::string> signing_keys(std::string_view secret);

/// webhook-id, webhook-timestamp and, with keys, webhook-signature (Standard Webhooks 1.0).
[[nodiscard]] net::header_list webhook_headers(
    std::string const& id,
    std::int64_t attempt_unix,
    std::string_view body,
    std::vector<std::string> const& keys
);

} // namespace modelwatch::notify
