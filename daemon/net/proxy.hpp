#pragma once

#include "daemon/net/trouble.hpp"
#include "daemon/net/url.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace modelwatch::net {

/// An HTTP proxy that is spoken to in the clear (what it carries for https is encrypted end to end).
struct proxy_server {
    std::string host;
    std::uint16_t port = 80;
    std::string authorization; ///< value of Proxy-Authorization, empty for none
    bool from_environment = false;

    [[nodiscard]] std::string name() const { return join_host_port(host, port); }
};

/// What the environment says of proxies, read once when the transport is made.
struct proxy_environment {
    std::string https;
    std::string http;
    std::string none;

    /// HTTPS_PROXY, HTTP_PROXY, NO_PROXY, or their lower-case twins.
    [[nodiscard]] static proxy_environment read();
};

/// Whether NO_PROXY exempts the target. Entries are separated by commas or spaces: "*", a host (which covers
/// its subdomains too; a leading "." or "*." changes nothing), an address, a network ("10.0.0.0/8"), each
/// with an optional port.
[[nodiscard]] bool bypasses_proxy(std::string_view no_proxy, web_url const& target);

/// Which proxy to take. `configured` is route::proxy: a URL, "none", or empty for the environment, whose
/// proxies are never asked for loopback hosts.
[[nodiscard]] boost::system::result<std::optional<proxy_server>, trouble>
choose_proxy(std::string const& configured, web_url const& target, proxy_environment const& environment);

} // namespace modelwatch::net
