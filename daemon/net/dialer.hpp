#pragma once

#include "daemon/net/connection.hpp"
#include "daemon/net/proxy.hpp"
#include "daemon/net/resolver.hpp"
#include "daemon/net/time_limit.hpp"
#include "daemon/net/trouble.hpp"
#include "daemon/net/trust.hpp"
#include "daemon/net/url.hpp"

#include <memory>
#include <optional>
#include <string>

namespace modelwatch::net {

/// Whom to call and how.
struct call_plan {
    web_url target;
    std::optional<proxy_server> proxy;
    std::string ca_file;
};

/// Opens connections: name, addresses one after the other, CONNECT through a proxy, TLS.
class dialer {
public:
    dialer(
        asio::any_io_executor executor,
        std::chrono::milliseconds resolve_timeout,
        name_resolver::lookup_function look_up = system_lookup
    );

    /// nullopt: the connection is ready for requests.
    asio::awaitable<std::optional<trouble>> dial(connection& link, call_plan const& plan, time_limit& limit);

private:
    asio::awaitable<std::optional<trouble>>
    connect(connection& link, std::string const& host, std::uint16_t port, time_limit& limit);
    asio::awaitable<std::optional<trouble>>
    open_tunnel(connection& link, call_plan const& plan, time_limit& limit);
    asio::awaitable<std::optional<trouble>>
    secure(connection& link, call_plan const& plan, time_limit& limit);

    asio::any_io_executor executor_;
    name_resolver resolver_;
    trust_store trust_;
};

/// What a proxy's 407 means for us.
[[nodiscard]] trouble proxy_wants_credentials(proxy_server const& proxy);

} // namespace modelwatch::net
