#pragma once

#include "tests/support/loopback_certificates.hpp"

#include <openssl/ssl.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace modelwatch::test {

/// A file descriptor that closes itself.
class descriptor {
public:
    explicit descriptor(int number = -1)
        : number_{number} {}

    descriptor(descriptor&& other) noexcept;
    descriptor& operator=(descriptor&&) = delete;
    ~descriptor();

    [[nodiscard]] int get() const noexcept { return number_; }

private:
    int number_;
};

[[nodiscard]] descriptor new_socket();

/// Listens on a free port of 127.0.0.1 and returns it.
[[nodiscard]] std::uint16_t listen_anywhere(descriptor const& socket);

[[nodiscard]] bool readable(int socket, std::chrono::milliseconds patience);

/// Carries bytes between `client` and a port of 127.0.0.1 until one of them ends.
void tunnel(int client, std::uint16_t port, std::atomic<bool> const& stopping);

struct context_deleter {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};

using tls_context = std::unique_ptr<SSL_CTX, context_deleter>;

[[nodiscard]] tls_context make_server_context(identity const& who);

/// One accepted connection: blocking reads and writes, with TLS when there is a context.
class channel {
public:
    channel(int socket, SSL_CTX* context, std::atomic<bool> const& stopping);
    channel(channel const&) = delete;
    channel& operator=(channel const&) = delete;
    ~channel();

    [[nodiscard]] bool accept();

    /// 0 or less: the end.
    [[nodiscard]] long read(char* into, std::size_t size);

    [[nodiscard]] bool write(std::string_view bytes);

    /// The ways to end: close_notify and FIN, FIN alone, RST.
    void close_in_order();
    void close_without_notify();
    void reset();

    [[nodiscard]] bool has_buffered() const { return tls_ != nullptr && SSL_pending(tls_) > 0; }

    [[nodiscard]] int socket() const noexcept { return socket_; }

private:
    int socket_;
    SSL* tls_ = nullptr;
    std::atomic<bool> const& stopping_;
};

} // namespace modelwatch::test
