#pragma once

#include "daemon/net/asio.hpp"
#include "daemon/net/time_limit.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <tuple>

namespace boost::asio::ssl {
class context;
} // namespace boost::asio::ssl

namespace modelwatch::net {

/// One byte stream to a server: TCP, and TLS over it once the handshake is done. The only translation unit
/// that instantiates Asio's TLS stream is connection.cpp, because that is what costs compile time.
class connection final : public interruptible {
public:
    using outcome = std::tuple<boost::system::error_code>;
    using io_outcome = std::tuple<boost::system::error_code, std::size_t>;

    explicit connection(asio::any_io_executor const& executor);
    ~connection();

    asio::awaitable<outcome> connect(asio::ip::tcp::endpoint const& where);

    /// `host` is what the certificate must be for: a DNS name (also sent as SNI) or an IP address.
    asio::awaitable<outcome> handshake(std::shared_ptr<asio::ssl::context> trust, std::string const& host);

    /// OpenSSL's verdict on the peer's certificate (X509_V_OK is 0).
    [[nodiscard]] long verify_result() const noexcept;

    asio::awaitable<io_outcome> read_some(std::span<char> into);
    asio::awaitable<io_outcome> write(std::string_view bytes);

    /// Whether the error of read_some says that the peer ended the stream in good order (close_notify over
    /// TLS, FIN without). Anything else may be a cut, and must not end an answer that has no length.
    [[nodiscard]] static bool is_clean_end(boost::system::error_code const& failure) noexcept;

    /// For a connection at rest: nothing has come and nobody has closed. Whatever a server sends unasked, if
    /// only its close_notify, makes the connection useless.
    [[nodiscard]] bool is_quiet() noexcept;

    [[nodiscard]] bool is_tls() const noexcept { return tls_ != nullptr; }

    void interrupt() noexcept override;

private:
    struct tls_layer;

    asio::ip::tcp::socket socket_;
    std::unique_ptr<tls_layer> tls_;
};

} // namespace modelwatch::net
