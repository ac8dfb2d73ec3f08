#pragma once

#include "daemon/net/http.hpp"
#include "daemon/net/proxy.hpp"
#include "daemon/net/trouble.hpp"
#include "daemon/net/url.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace modelwatch::net {

/// What is wrong with method and headers, if anything: bytes that would break out of their line, or headers
/// that are the transport's own business.
[[nodiscard]] std::optional<trouble> check_request(http_request const& request);

/// The request as it goes over the wire, header and body in one piece. `proxy` is the one that a plain http
/// request goes through (absolute form), null otherwise.
[[nodiscard]] std::string write_request(
    http_request const& request, web_url const& target, std::string_view user_agent, proxy_server const* proxy
);

/// RFC 9110 9.2.2: sending it twice does no more than sending it once.
[[nodiscard]] bool is_idempotent(std::string_view method) noexcept;

} // namespace modelwatch::net
