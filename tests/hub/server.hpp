#pragma once

#include "tests/hub/hub_state.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace modelwatch::hub_double {

struct server_options {
    std::uint16_t port = 0;
    std::uint16_t cdn_port = 0;
    unsigned threads = 1;
    bool tls = false;
    std::string certificate_pem; ///< both needed with tls
    std::string key_pem;
};

/// Listens on three loopback ports (API, CDN, plain-text control) on threads of its own until it is
/// destroyed.
class server {
public:
    virtual ~server() = default;
    [[nodiscard]] virtual std::uint16_t port(side of) const = 0;
};

/// Throws std::runtime_error when a port is taken or the certificate is unusable.
[[nodiscard]] std::unique_ptr<server> start_server(hub_state& hub, server_options const& options);

} // namespace modelwatch::hub_double
