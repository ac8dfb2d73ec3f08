#include "tests/support/loopback_server.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <csignal>
#include <list>
#include <mutex>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <optional>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace modelwatch::test {

namespace {

using ending = loopback_answer::ending;
using namespace std::chrono_literals;

class descriptor {
public:
    explicit descriptor(int number = -1)
        : number_{number} {}

    descriptor(descriptor const&) = delete;
    descriptor& operator=(descriptor const&) = delete;

    ~descriptor() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }

    [[nodiscard]] int get() const noexcept { return number_; }

private:
    int number_;
};

sockaddr_in loopback_address(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

std::uint16_t listen_anywhere(int socket) {
    auto address = loopback_address(0);
    socklen_t size = sizeof address;
    auto* const raw = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket, raw, size) != 0 || ::listen(socket, 64) != 0 ||
        ::getsockname(socket, raw, &size) != 0) {
        throw std::runtime_error("the loopback server cannot listen");
    }
    return ntohs(address.sin_port);
}

struct context_deleter {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};

using tls_context = std::unique_ptr<SSL_CTX, context_deleter>;

tls_context make_context(identity const& who) {
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

/// One accepted connection: blocking reads and writes, with or without TLS, that end when `stopping` is set.
class channel {
public:
    channel(int socket, SSL_CTX* context, std::atomic<bool> const& stopping)
        : socket_{socket}
        , stopping_{stopping} {
        int const on = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (context != nullptr) {
            tls_ = SSL_new(context);
            SSL_set_fd(tls_, socket);
        }
    }

    channel(channel const&) = delete;
    channel& operator=(channel const&) = delete;

    ~channel() { SSL_free(tls_); }

    bool accept() {
        if (tls_ == nullptr) {
            return true;
        }
        bool const accepted = SSL_accept(tls_) == 1;
        ERR_clear_error();
        return accepted;
    }

    /// 0 or less: the end.
    long read(char* into, std::size_t size) {
        if (tls_ == nullptr) {
            return ::recv(socket_, into, size, 0);
        }
        auto const got = SSL_read(tls_, into, static_cast<int>(size));
        ERR_clear_error();
        return got;
    }

    bool write(std::string_view bytes) {
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

    void finish(ending how) {
        if (how == ending::reset) {
            linger const at_once{1, 0};
            ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
            return; // closing the descriptor sends the RST
        }
        if (how == ending::close && tls_ != nullptr) {
            SSL_shutdown(tls_);
        }
        ERR_clear_error();
        ::shutdown(socket_, SHUT_WR);
    }

    [[nodiscard]] bool has_buffered() const { return tls_ != nullptr && SSL_pending(tls_) > 0; }

    [[nodiscard]] int socket() const noexcept { return socket_; }

private:
    int socket_;
    SSL* tls_ = nullptr;
    std::atomic<bool> const& stopping_;
};

bool readable(int socket, std::chrono::milliseconds patience) {
    pollfd entry{socket, POLLIN, 0};
    return ::poll(&entry, 1, static_cast<int>(patience.count())) > 0;
}

std::string to_lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return text;
}

loopback_request read_head(std::string_view head) {
    loopback_request request;
    auto const line = head.substr(0, head.find("\r\n"));
    auto const first = line.find(' ');
    auto const second = line.find(' ', first + 1);
    request.method = line.substr(0, first);
    request.target = line.substr(first + 1, second - first - 1);
    head.remove_prefix(std::min(head.size(), line.size() + 2));
    while (!head.empty()) {
        auto const field = head.substr(0, head.find("\r\n"));
        auto const colon = field.find(": ");
        if (colon != std::string_view::npos) {
            request.headers.emplace_back(
                to_lower(std::string{field.substr(0, colon)}), field.substr(colon + 2)
            );
        }
        head.remove_prefix(std::min(head.size(), field.size() + 2));
    }
    return request;
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

void tunnel(int client, std::uint16_t port, std::atomic<bool> const& stopping) {
    descriptor const behind{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    auto const address = loopback_address(port);
    auto const* const raw = reinterpret_cast<sockaddr const*>(&address);
    if (::connect(behind.get(), raw, sizeof address) == 0) {
        relay(client, behind.get(), stopping);
    }
}

} // namespace

std::string loopback_request::header(std::string_view name) const {
    auto const found = std::ranges::find(headers, name, [](auto const& field) { return field.first; });
    return found == headers.end() ? std::string{} : found->second;
}

loopback_answer plain_answer(
    unsigned status, std::string_view body, std::vector<std::pair<std::string, std::string>> const& headers
) {
    loopback_answer answer;
    answer.bytes = "HTTP/1.1 " + std::to_string(status) + " Whatever\r\n";
    for (auto const& [name, value] : headers) {
        answer.bytes.append(name).append(": ").append(value).append("\r\n");
    }
    answer.bytes.append("Content-Length: ")
        .append(std::to_string(body.size()))
        .append("\r\n\r\n")
        .append(body);
    return answer;
}

struct loopback_server::state {
    handler respond;
    tls_context context;
    descriptor listener{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    std::uint16_t port = 0;
    std::atomic<bool> stopping = false;
    std::atomic<unsigned> closing = 0; ///< grows with every close_connections()
    std::atomic<std::size_t> open = 0;
    mutable std::mutex mutex; ///< guards what follows, and the handler
    std::vector<loopback_request> requests;
    std::size_t accepted = 0;
    std::list<std::thread> threads;
    std::list<int> sockets;
    std::thread acceptor;

    void accept_all();
    void serve(int socket, std::size_t number);
    void converse(channel& link, std::size_t number, unsigned born);
    std::optional<loopback_request> read_request(channel& link, std::string& buffer, unsigned born);
    bool carry_out(channel& link, loopback_answer const& answer);
    bool pause(std::chrono::milliseconds span) const;
};

void loopback_server::state::accept_all() {
    while (!stopping) {
        if (!readable(listener.get(), 10ms)) {
            continue;
        }
        int const socket = ::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) {
            continue;
        }
        std::lock_guard const lock{mutex};
        ++open;
        sockets.push_back(socket);
        threads.emplace_back([this, socket, number = accepted++] { serve(socket, number); });
    }
}

void loopback_server::state::serve(int socket, std::size_t number) {
    descriptor const owner{socket};
    {
        channel link{socket, context.get(), stopping};
        if (link.accept()) {
            converse(link, number, closing);
        }
    }
    std::lock_guard const lock{mutex};
    sockets.remove(socket);
    --open;
}

void loopback_server::state::converse(channel& link, std::size_t number, unsigned born) {
    std::string buffer;
    while (!stopping) {
        auto request = read_request(link, buffer, born);
        if (!request) {
            return;
        }
        request->connection = number;
        loopback_answer answer;
        {
            std::lock_guard const lock{mutex};
            requests.push_back(*request);
            answer = respond(*request);
        }
        if (!carry_out(link, answer)) {
            return;
        }
    }
}

/// nullopt when the client left, or when close_connections() was called in between.
std::optional<loopback_request>
loopback_server::state::read_request(channel& link, std::string& buffer, unsigned born) {
    std::array<char, 16384> piece;
    std::size_t wanted = std::string::npos;
    loopback_request request;
    for (;;) {
        auto const head_end = buffer.find("\r\n\r\n");
        if (wanted == std::string::npos && head_end != std::string::npos) {
            request = read_head(buffer.substr(0, head_end + 2));
            auto const length = request.header("content-length");
            wanted = head_end + 4 + (length.empty() ? 0 : std::stoul(length));
        }
        if (wanted != std::string::npos && buffer.size() >= wanted) {
            break;
        }
        while (!link.has_buffered() && !readable(link.socket(), 5ms)) {
            if (closing != born) {
                link.finish(ending::close);
            }
            if (stopping || closing != born) {
                return std::nullopt;
            }
        }
        auto const got = link.read(piece.data(), piece.size());
        if (got <= 0) {
            return std::nullopt;
        }
        buffer.append(piece.data(), static_cast<std::size_t>(got));
    }
    if (auto const head_end = buffer.find("\r\n\r\n"); wanted > head_end + 4) {
        request.body = buffer.substr(head_end + 4, wanted - head_end - 4);
    }
    buffer.erase(0, wanted);
    return request;
}

/// False: nothing of this connection is to be expected any more.
bool loopback_server::state::carry_out(channel& link, loopback_answer const& answer) {
    if (!pause(answer.wait)) {
        return false;
    }
    std::string_view rest = answer.bytes;
    auto const step = answer.piece == 0 ? std::max<std::size_t>(rest.size(), 1) : answer.piece;
    while (!rest.empty()) {
        if (!link.write(rest.substr(0, step)) || !pause(answer.piece_wait)) {
            return false;
        }
        rest.remove_prefix(std::min(step, rest.size()));
    }
    std::string const block(64u << 10, 'x');
    for (auto left = answer.filler; left > 0;) {
        auto const size = static_cast<std::size_t>(std::min<std::uint64_t>(left, block.size()));
        if (stopping || !link.write(std::string_view{block}.substr(0, size))) {
            return false;
        }
        left -= size;
    }
    if (answer.tunnel_to != 0) {
        tunnel(link.socket(), answer.tunnel_to, stopping);
        return false;
    }
    if (answer.then == ending::keep_alive) {
        return true;
    }
    while (answer.then == ending::hang && !stopping && !readable(link.socket(), 5ms)) {
    }
    if (answer.then != ending::hang) {
        link.finish(answer.then);
    }
    return false;
}

bool loopback_server::state::pause(std::chrono::milliseconds span) const {
    auto const end = std::chrono::steady_clock::now() + span;
    while (!stopping && std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(
            std::min<std::chrono::nanoseconds>(2ms, end - std::chrono::steady_clock::now())
        );
    }
    return !stopping;
}

loopback_server::loopback_server(handler respond)
    : state_{std::make_unique<state>()} {
    std::signal(SIGPIPE, SIG_IGN); // OpenSSL writes with write()
    state_->respond = std::move(respond);
    state_->port = listen_anywhere(state_->listener.get());
    state_->acceptor = std::thread{[all = state_.get()] { all->accept_all(); }};
}

loopback_server::loopback_server(certificate kind, handler respond)
    : state_{std::make_unique<state>()} {
    std::signal(SIGPIPE, SIG_IGN);
    state_->respond = std::move(respond);
    state_->context = make_context(authority::instance().server(kind));
    state_->port = listen_anywhere(state_->listener.get());
    state_->acceptor = std::thread{[all = state_.get()] { all->accept_all(); }};
}

loopback_server::~loopback_server() {
    state_->stopping = true;
    state_->acceptor.join();
    {
        std::lock_guard const lock{state_->mutex};
        for (int const socket : state_->sockets) {
            ::shutdown(socket, SHUT_RDWR);
        }
    }
    for (auto& thread : state_->threads) {
        thread.join();
    }
}

std::uint16_t loopback_server::port() const noexcept {
    return state_->port;
}

std::string loopback_server::url(std::string_view path) const {
    std::string url = state_->context ? "https://127.0.0.1:" : "http://127.0.0.1:";
    return url.append(std::to_string(port())).append(path);
}

std::vector<loopback_request> loopback_server::requests() const {
    std::lock_guard const lock{state_->mutex};
    return state_->requests;
}

std::size_t loopback_server::accepted() const {
    std::lock_guard const lock{state_->mutex};
    return state_->accepted;
}

std::size_t loopback_server::open() const {
    return state_->open;
}

void loopback_server::close_connections() {
    ++state_->closing;
    while (state_->open != 0) {
        std::this_thread::sleep_for(1ms);
    }
}

loopback_server::handler loopback_proxy(std::uint16_t behind, std::string authorization) {
    return [behind, authorization = std::move(authorization)](loopback_request const& request) {
        if (!authorization.empty() && request.header("proxy-authorization") != authorization) {
            return plain_answer(407, "who are you?", {{"Proxy-Authenticate", "Basic realm=\"test\""}});
        }
        if (request.method != "CONNECT") {
            return plain_answer(200, "via proxy: " + request.target);
        }
        loopback_answer answer;
        answer.bytes = "HTTP/1.1 200 Connection established\r\n\r\n";
        answer.tunnel_to = behind;
        return answer;
    };
}

} // namespace modelwatch::test
