#pragma once

#include "daemon/http/exchange.hpp"
#include "daemon/model/result.hpp"
#include "daemon/net/asio.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace modelwatch::http {

using handler = std::function<asio::awaitable<response>(request)>;

struct server_limits {
    /// One more takes the place of one that is idle or drips; where there is none it is told 503 and closed.
    std::size_t max_connections = 64;
    std::size_t max_head = 16u << 10;
    std::size_t max_body = 256u << 10;
    std::chrono::milliseconds request_time{10'000
    }; ///< for a whole request to arrive, however slowly it drips
    std::chrono::milliseconds write_time{10'000};
    std::chrono::milliseconds idle_time{60'000}; ///< between two requests of a connection
    std::chrono::milliseconds linger_time{500};  ///< for what a refused client still sends
    std::size_t max_requests = 1000;             ///< per connection
};

/// The daemon's own HTTP/1.1 server (RFC 9112). What it cannot read in exactly one way it refuses: no
/// Transfer-Encoding, one Content-Length, one Host, no folding. Nothing of a bad request reaches the handler.
class server {
public:
    virtual ~server() = default;

    /// "127.0.0.1:8417" (the real port where 0 was asked for) or "unix:/path".
    [[nodiscard]] virtual std::string where() const = 0;
    /// Accepts until close(). Ends when every connection has ended.
    [[nodiscard]] virtual asio::awaitable<void> run() = 0;
    virtual void close() = 0;
};

/// Who may connect to a Unix socket.
struct socket_rights {
    std::string group; ///< empty: the group that we have anyway
    unsigned mode = 0660;
};

/// Listens on "host:port" or "unix:/path" (a socket that nobody listens on any more is replaced). An error
/// says what to do.
[[nodiscard]] result<std::unique_ptr<server>> make_server(
    asio::any_io_executor executor,
    std::string const& listen,
    server_limits limits,
    handler answer,
    socket_rights const& rights = {}
);

} // namespace modelwatch::http
