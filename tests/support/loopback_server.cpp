#include "tests/support/loopback_server.hpp"

#include "tests/support/loopback_channel.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cctype>
#include <csignal>
#include <list>
#include <mutex>
#include <optional>
#include <sys/socket.h>
#include <thread>

namespace modelwatch::test {

namespace {

using ending = loopback_answer::ending;
using namespace std::chrono_literals;

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
    descriptor listener = new_socket();
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
    void swallow(channel& link) const;
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
                link.close_in_order();
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

/// Until the client gives up: whatever it says is taken, and nothing is answered.
void loopback_server::state::swallow(channel& link) const {
    std::array<char, 4096> piece{};
    while (!stopping) {
        bool const ready = link.has_buffered() || readable(link.socket(), 5ms);
        if (ready && link.read(piece.data(), piece.size()) <= 0) return;
    }
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
    if (!answer.after_more.empty()) {
        while (!stopping && !readable(link.socket(), 5ms)) {
        }
        if (!link.write(answer.after_more)) {
            return false;
        }
    }
    if (answer.tunnel_to != 0) {
        tunnel(link.socket(), answer.tunnel_to, stopping);
        return false;
    }
    if (answer.then == ending::keep_alive) {
        return true;
    }
    if (answer.then == ending::hang) swallow(link);
    switch (answer.then) {
    case ending::close:
        link.close_in_order();
        break;
    case ending::close_without_notify:
        link.close_without_notify();
        break;
    case ending::reset:
        link.reset();
        break;
    case ending::keep_alive:
    case ending::hang:
        break;
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
    state_->port = listen_anywhere(state_->listener);
    state_->acceptor = std::thread{[all = state_.get()] { all->accept_all(); }};
}

loopback_server::loopback_server(certificate kind, handler respond)
    : state_{std::make_unique<state>()} {
    std::signal(SIGPIPE, SIG_IGN);
    state_->respond = std::move(respond);
    state_->context = make_server_context(authority::instance().server(kind));
    state_->port = listen_anywhere(state_->listener);
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
