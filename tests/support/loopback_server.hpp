#pragma once

#include "tests/support/loopback_certificates.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace modelwatch::test {

struct loopback_request {
    std::string method;
    std::string target;
    std::vector<std::pair<std::string, std::string>> headers; ///< names in lower case
    std::string body;
    std::size_t connection = 0; ///< 0 for the first connection that was accepted, and so on

    [[nodiscard]] std::string header(std::string_view name) const;
};

/// What to do with one request: bytes as they go over the wire, and how to misbehave around them.
struct loopback_answer {
    enum class ending {
        keep_alive,
        close,                ///< in good order: close_notify, FIN
        close_without_notify, ///< FIN only; over TLS this may be a truncation attack
        reset,                ///< RST
        hang,                 ///< says nothing more and keeps the connection
    };

    std::string bytes;
    std::chrono::milliseconds wait{0};       ///< before the first byte
    std::size_t piece = 0;                   ///< bytes at a time, 0 for all at once …
    std::chrono::milliseconds piece_wait{0}; ///< … with this between them
    std::uint64_t filler = 0;                ///< this many bytes 'x' after `bytes`
    std::string after_more;                  ///< sent as soon as the client has sent something more
    ending then = ending::keep_alive;
    std::uint16_t tunnel_to = 0; ///< after `bytes`, relay to this port of 127.0.0.1 (a CONNECT proxy)
};

/// "HTTP/1.1 200 OK", Content-Length and the body.
[[nodiscard]] loopback_answer plain_answer(
    unsigned status,
    std::string_view body,
    std::vector<std::pair<std::string, std::string>> const& headers = {}
);

/// An HTTP/1.1 server on 127.0.0.1 with blocking sockets, a thread per connection, over TLS or not. It exists
/// to misbehave exactly as told. The handler runs on the connections' threads, one at a time.
class loopback_server {
public:
    using handler = std::function<loopback_answer(loopback_request const&)>;

    /// Plain.
    explicit loopback_server(handler respond);
    /// TLS.
    loopback_server(certificate kind, handler respond);
    loopback_server(loopback_server const&) = delete;
    loopback_server& operator=(loopback_server const&) = delete;
    ~loopback_server();

    [[nodiscard]] std::uint16_t port() const noexcept;

    /// "https://127.0.0.1:port" + path, or http.
    [[nodiscard]] std::string url(std::string_view path = "/") const;

    [[nodiscard]] std::vector<loopback_request> requests() const;
    [[nodiscard]] std::size_t accepted() const; ///< connections so far
    [[nodiscard]] std::size_t open() const;     ///< connections now

    /// Closes every open connection in good order when it is between requests; returns when that is done.
    void close_connections();

private:
    struct state;
    std::unique_ptr<state> state_;
};

/// A proxy in front of loopback servers: CONNECT to anything goes to `behind`; plain absolute-form requests
/// are answered with "via proxy: " and their target. With `authorization`, requests without exactly this
/// Proxy-Authorization get 407.
[[nodiscard]] loopback_server::handler loopback_proxy(std::uint16_t behind, std::string authorization = {});

} // namespace modelwatch::test
