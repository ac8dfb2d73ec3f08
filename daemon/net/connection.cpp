#include "daemon/net/connection.hpp"

#include "daemon/net/url.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <sys/socket.h>

namespace modelwatch::net {

namespace {

constexpr auto as_outcome = asio::as_tuple(asio::use_awaitable);

/// Has OpenSSL itself check the name, so that a mismatch is told apart from every other refusal.
bool expect_name(SSL* ssl, std::string const& host) {
    if (is_numeric_host(host)) {
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1;
    }
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set1_host(ssl, host.c_str()) == 1 && SSL_set_tlsext_host_name(ssl, host.c_str()) == 1;
}

} // namespace

struct connection::tls_layer {
    tls_layer(asio::ip::tcp::socket& socket, std::shared_ptr<asio::ssl::context> context)
        : trust{std::move(context)}
        , stream{socket, *trust} {}

    std::shared_ptr<asio::ssl::context> trust;
    asio::ssl::stream<asio::ip::tcp::socket&> stream;
};

connection::connection(asio::any_io_executor const& executor)
    : socket_{executor} {}

connection::~connection() = default;

asio::awaitable<connection::outcome> connection::connect(asio::ip::tcp::endpoint const& where) {
    boost::system::error_code failure;
    socket_.close(failure);
    socket_.open(where.protocol(), failure);
    if (failure) {
        co_return outcome{failure};
    }
    auto const connected = co_await socket_.async_connect(where, as_outcome);
    if (!std::get<0>(connected)) {
        // A request is one write; waiting for more of it would only cost the time of a delayed
        // acknowledgement.
        boost::system::error_code ignored;
        socket_.set_option(asio::ip::tcp::no_delay{true}, ignored);
    }
    co_return connected;
}

asio::awaitable<connection::outcome>
connection::handshake(std::shared_ptr<asio::ssl::context> trust, std::string const& host) {
    tls_ = std::make_unique<tls_layer>(socket_, std::move(trust));
    if (!expect_name(tls_->stream.native_handle(), host)) {
        co_return outcome{boost::system::errc::make_error_code(boost::system::errc::invalid_argument)};
    }
    auto const done = co_await tls_->stream.async_handshake(asio::ssl::stream_base::client, as_outcome);
    co_return done;
}

long connection::verify_result() const noexcept {
    return tls_ ? SSL_get_verify_result(tls_->stream.native_handle()) : X509_V_OK;
}

asio::awaitable<connection::io_outcome> connection::read_some(std::span<char> into) {
    auto const buffer = asio::buffer(into.data(), into.size());
    if (tls_) {
        return tls_->stream.async_read_some(buffer, as_outcome);
    }
    return socket_.async_read_some(buffer, as_outcome);
}

asio::awaitable<connection::io_outcome> connection::write(std::string_view bytes) {
    auto const buffer = asio::buffer(bytes.data(), bytes.size());
    if (tls_) {
        return asio::async_write(tls_->stream, buffer, as_outcome);
    }
    return asio::async_write(socket_, buffer, as_outcome);
}

bool connection::is_clean_end(boost::system::error_code const& failure) noexcept {
    // Asio turns an end without close_notify into ssl::error::stream_truncated; eof is the good one on both
    // layers.
    return failure == asio::error::eof;
}

bool connection::is_quiet() noexcept {
    char byte = 0;
    auto const got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

void connection::interrupt() noexcept {
    boost::system::error_code ignored;
    socket_.close(ignored);
}

} // namespace modelwatch::net
