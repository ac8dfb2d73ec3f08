#pragma once

#include "daemon/model/result.hpp"
#include "daemon/net/asio.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace modelwatch::net {

using header_list = std::vector<std::pair<std::string, std::string>>;

/// Where and how to connect, shared by the requests of one hub or notifier.
struct route {
    std::string ca_file; ///< PEM bundle; empty: OpenSSL's default (SSL_CERT_FILE works)
    std::string proxy;   ///< "http://[user:password@]host:port"; empty: HTTPS_PROXY / HTTP_PROXY / NO_PROXY;
                         ///< "none": never
    bool operator==(route const&) const = default;
    auto operator<=>(route const&) const = default;
};

/// One exchange. Redirects are not followed here: whether a token may travel is the caller's decision.
struct http_request {
    std::string method = "GET";
    std::string url; ///< absolute http:// or https://, already percent-encoded; plain http for loopback only
    header_list headers; ///< Host, User-Agent, Content-Length and Accept-Encoding are added
    std::string body;
    std::chrono::milliseconds timeout{30'000}; ///< name resolution to the last byte
    std::uint64_t max_body = 32u << 20;        ///< a longer answer is errc::too_large
    /// Instead of failing, stop reading at max_body (ranged reads answered with 200).
    bool cut_body_at_max = false;
    route via;
    bool allow_plain_remote = false; ///< only for a proxy test; plain http to other than loopback is refused
    bool hide_path = false; ///< the path is itself a secret (a Slack hook): errors name the host only
};

struct http_response {
    unsigned status = 0;
    std::string reason;
    header_list headers;
    std::string body;
    bool body_was_cut = false;

    /// First value of a header, case-insensitive; empty when absent.
    [[nodiscard]] std::string_view header(std::string_view name) const noexcept;
    [[nodiscard]] bool has(std::string_view name) const noexcept;
};

/// The seam to the network, for one thread: everything runs on the executor's. Errors: unreachable,
/// unresolved, tls, timeout, cut, too_large, malformed, invalid (a URL or header that cannot be used); `what`
/// names host and path, never a query or a credential. Terminal cancellation of the awaiting coroutine closes
/// the connection at once and surfaces as boost::system::system_error with operation_aborted, as for any
/// operation of Asio.
class http_transport {
public:
    virtual ~http_transport() = default;
    virtual asio::awaitable<result<http_response>> send(http_request request) = 0;
    /// Closes what is idle; exchanges in flight end by cancellation of their coroutine.
    virtual void close() noexcept = 0;
};

struct transport_limits {
    std::size_t max_connections_per_host = 8; ///< further requests wait
    std::size_t max_idle_per_host = 8;
    std::chrono::seconds idle_timeout{55};
    std::chrono::milliseconds resolve_timeout{8'000};
    std::size_t max_header_bytes = 64u << 10;
};

/// Beast over TCP and TLS (1.2 or newer, peer and host name verified), HTTP/1.1 keep-alive pool per (scheme,
/// host, port, route). A request on a reused connection that dies before any byte of the answer is sent once
/// more on a new connection when its method is idempotent (RFC 9110 9.2.2).
[[nodiscard]] std::unique_ptr<http_transport>
make_http_transport(asio::any_io_executor executor, std::string user_agent, transport_limits limits = {});

/// Seconds that a Retry-After header asks for, in either form (RFC 9110 10.2.3), at most a day; nullopt when
/// it is not one.
[[nodiscard]] std::optional<std::chrono::seconds>
parse_retry_after(std::string_view value, std::int64_t now_unix);

} // namespace modelwatch::net
