#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace modelwatch::net {

/// A date in one of the three forms of RFC 9110 5.6.7, since the epoch.
[[nodiscard]] std::optional<std::chrono::seconds> read_http_date(std::string_view text);

} // namespace modelwatch::net
