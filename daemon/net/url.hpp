#pragma once

#include "daemon/net/trouble.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace modelwatch::net {

/// The parts of an http or https URL that a client needs.
struct web_url {
    bool tls = true;
    std::string host; ///< lower case, IPv6 without brackets, no trailing dot
    std::uint16_t port = 443;
    std::string target; ///< path and query as they go into the request line

    [[nodiscard]] std::uint16_t default_port() const noexcept { return tls ? 443 : 80; }

    /// host, or host:port when the port is not the scheme's own; IPv6 in brackets.
    [[nodiscard]] std::string authority() const;

    /// Always with the port, as CONNECT wants it.
    [[nodiscard]] std::string host_and_port() const;

    /// The target without its query.
    [[nodiscard]] std::string_view path() const noexcept;
};

/// Reads an absolute URL. Refuses anything that is not plainly one: other schemes, credentials inside,
/// escapes in the host, port 0, over 16 KiB, control characters. The trouble never quotes the URL.
[[nodiscard]] boost::system::result<web_url, trouble> parse_web_url(std::string_view text);

[[nodiscard]] bool is_numeric_host(std::string_view host) noexcept;

/// "host:port", IPv6 in brackets.
[[nodiscard]] std::string join_host_port(std::string_view host, std::uint16_t port);

} // namespace modelwatch::net
