#include "tests/support/loopback_channel.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace modelwatch::test {

namespace {

sockaddr_in loopback_address(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

void relay(int from, int to, std::atomic<bool> const& stopping) {
    std::array<char, 16384> buffer;
    std::array<std::pair<int, int>, 2> const ways{{{from, to}, {to, from}}};
    while (!stopping) {
        std::array<pollfd, 2> ready{{{from, POLLIN, 0}, {to, POLLIN, 0}}};
        ::poll(ready.data(), ready.size(), 20);
        for (std::size_t i = 0; i < ways.size(); ++i) {
            if (ready[i].revents == 0) {
                continue;
            }
            auto const got = ::recv(ways[i].first, buffer.data(), buffer.size(), 0);
            if (got <= 0) {
                return;
            }
            ::send(ways[i].second, buffer.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL);
        }
    }
}

} // namespace

descriptor::descriptor(descriptor&& other) noexcept
    : number_{std::exchange(other.number_, -1)} {}

descriptor::~descriptor() {
    if (number_ >= 0) {
        ::close(number_);
    }
}

descriptor new_socket() {
    return descriptor{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
}

std::uint16_t listen_anywhere(descriptor const& socket) {
    auto address = loopback_address(0);
    socklen_t size = sizeof address;
    auto* const raw = reinterpret_cast<sockaddr*>(&address);
    int const number = socket.get();
    if (::bind(number, raw, size) != 0 || ::listen(number, 64) != 0 ||
        ::getsockname(number, raw, &size) != 0) {
        throw std::runtime_error("the loopback server cannot listen");
    }
    return ntohs(address.sin_port);
}

bool readable(int socket, std::chrono::milliseconds patience) {
    pollfd entry{socket, POLLIN, 0};
    return ::poll(&entry, 1, static_cast<int>(patience.count())) > 0;
}

void tunnel(int client, std::uint16_t port, std::atomic<bool> const& stopping) {
    auto const behind = new_socket();
    auto const address = loopback_address(port);
    auto const* const raw = reinterpret_cast<sockaddr const*>(&address);
    if (::connect(behind.get(), raw, sizeof address) == 0) {
        relay(client, behind.get(), stopping);
    }
}

tls_context make_server_context(identity const& who) {
    tls_context context{SSL_CTX_new(TLS_server_method())};
    auto* const certificate_text =
        BIO_new_mem_buf(who.certificate.data(), static_cast<int>(who.certificate.size()));
    auto* const key_text = BIO_new_mem_buf(who.key.data(), static_cast<int>(who.key.size()));
    auto* const certificate = PEM_read_bio_X509(certificate_text, nullptr, nullptr, nullptr);
    auto* const key = PEM_read_bio_PrivateKey(key_text, nullptr, nullptr, nullptr);
    SSL_CTX_use_certificate(context.get(), certificate);
    SSL_CTX_use_PrivateKey(context.get(), key);
    X509_free(certificate);
    EVP_PKEY_free(key);
    BIO_free(certificate_text);
    BIO_free(key_text);
    return context;
}

channel::channel(int socket, SSL_CTX* context, std::atomic<bool> const& stopping)
    : socket_{socket}
    , stopping_{stopping} {
    int const on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (context != nullptr) {
        tls_ = SSL_new(context);
        SSL_set_fd(tls_, socket);
    }
}

channel::~channel() {
    SSL_free(tls_);
}

bool channel::accept() {
    if (tls_ == nullptr) {
        return true;
    }
    bool const accepted = SSL_accept(tls_) == 1;
    ERR_clear_error();
    return accepted;
}

long channel::read(char* into, std::size_t size) {
    if (tls_ == nullptr) {
        return ::recv(socket_, into, size, 0);
    }
    auto const got = SSL_read(tls_, into, static_cast<int>(size));
    ERR_clear_error();
    return got;
}

bool channel::write(std::string_view bytes) {
    while (!bytes.empty() && !stopping_) {
        auto const sent = tls_ == nullptr ? ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL)
                                          : SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()));
        ERR_clear_error();
        if (sent <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

void channel::close_in_order() {
    if (tls_ != nullptr) {
        SSL_shutdown(tls_);
    }
    ERR_clear_error();
    close_without_notify();
}

void channel::close_without_notify() {
    ::shutdown(socket_, SHUT_WR);
}

void channel::reset() {
    linger const at_once{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once); // closing sends the RST
}

} // namespace modelwatch::test
