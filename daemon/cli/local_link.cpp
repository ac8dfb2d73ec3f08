#include "daemon/cli/local_link.hpp"

#include "daemon/model/failure.hpp"
#include "daemon/model/host.hpp"
#include "daemon/model/text.hpp"
#include "daemon/net/answer_reader.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace modelwatch::cli {

namespace {

using clock = std::chrono::steady_clock;

constexpr std::uint64_t most_body = 64u << 20;

struct place {
    sockaddr_storage address{};
    socklen_t size = 0;
    std::string host; ///< for the Host header
};

template <class Address>
place placed(Address const& address, std::string host) {
    place out;
    std::memcpy(&out.address, &address, sizeof address);
    out.size = sizeof address;
    out.host = std::move(host);
    return out;
}

result<place> unix_place(std::string const& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path)
        return failure(errc::invalid, "no place to connect to");
    std::memcpy(address.sun_path, path.data(), path.size());
    return placed(address, "modelwatch");
}

/// Where everybody may connect we connect from within: 0.0.0.0 and [::] mean loopback.
result<place> tcp_place(std::string const& listen) {
    auto const nowhere = failure(errc::invalid, "no place to connect to");
    auto const [name, digits] = split_host_port(listen);
    std::uint16_t port = 0;
    auto const end = digits.data() + digits.size();
    auto const read = std::from_chars(digits.data(), end, port);
    if (read.ec != std::errc{} || read.ptr != end || port == 0) return nowhere;
    auto host = lower(name);
    if (host.size() > 2 && host.front() == '[') {
        sockaddr_in6 address{};
        address.sin6_family = AF_INET6;
        address.sin6_port = htons(port);
        host = host.substr(1, host.size() - 2);
        if (host == "::") host = "::1";
        if (inet_pton(AF_INET6, host.c_str(), &address.sin6_addr) != 1) return nowhere;
        return placed(address, "[" + host + "]");
    }
    if (host == "localhost" || host == "0.0.0.0") host = "127.0.0.1";
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    if (inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) return nowhere;
    return placed(address, host);
}

/// Until the descriptor is ready or the time is over.
bool ready(int descriptor, short what, clock::time_point until) {
    for (;;) {
        auto const left = std::chrono::ceil<std::chrono::milliseconds>(until - clock::now()).count();
        if (left <= 0) return false;
        pollfd one{descriptor, what, 0};
        auto const count = ::poll(&one, 1, static_cast<int>(left));
        if (count > 0) return true;
        if (count < 0 && errno != EINTR) return false;
    }
}

error unreachable(int why) {
    return failure(errc::unreachable, std::strerror(why));
}

error too_late() {
    return failure(errc::timeout, "no answer in time");
}

std::string text_of_request(local_link::request const& asked, std::string const& host) {
    std::string out{asked.method};
    out += " " + asked.target + " HTTP/1.1\r\nHost: " + host + "\r\nAccept: application/json\r\n";
    for (auto const& [name, value] : asked.headers)
        out += name + ": " + value + "\r\n";
    if (asked.method == "POST") {
        out += "Content-Type: application/json\r\nContent-Length: " + std::to_string(asked.body.size());
        out += "\r\n";
    }
    return out + "\r\n" + asked.body;
}

result<void> send_all(int descriptor, std::string_view bytes, clock::time_point until) {
    while (!bytes.empty()) {
        if (!ready(descriptor, POLLOUT, until)) return too_late();
        auto const count = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (count < 0) return failure(errc::cut, std::strerror(errno));
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
}

result<net::http_response> receive(int descriptor, clock::time_point until) {
    net::answer_reader reader{net::answer_bounds{.max_body = most_body}};
    while (!reader.finished()) {
        if (!ready(descriptor, POLLIN, until)) return too_late();
        auto const space = reader.space();
        auto const count = ::recv(descriptor, space.data(), space.size(), 0);
        if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (count > 0) {
            reader.received(static_cast<std::size_t>(count));
        } else {
            reader.ended(count == 0);
        }
    }
    if (auto const& bad = reader.failure()) return failure(bad->code, bad->reason);
    return std::move(reader.response());
}

} // namespace

local_link::local_link(int descriptor, std::string host)
    : descriptor_{descriptor}
    , host_{std::move(host)} {}

local_link::local_link(local_link&& other) noexcept
    : descriptor_{std::exchange(other.descriptor_, -1)}
    , host_{std::move(other.host_)} {}

local_link::~local_link() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

result<local_link> local_link::open(std::string const& listen, std::chrono::milliseconds patience) {
    auto const where = listen.starts_with("unix:") ? unix_place(listen.substr(5)) : tcp_place(listen);
    if (!where) return where.error();
    auto const kind = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
    local_link out{::socket(where->address.ss_family, kind, 0), where->host};
    if (out.descriptor_ < 0) return unreachable(errno);
    sockaddr_storage address = where->address;
    auto* const target = reinterpret_cast<sockaddr*>(&address);
    if (::connect(out.descriptor_, target, where->size) == 0) return out;
    if (errno != EINPROGRESS) return unreachable(errno);
    if (!ready(out.descriptor_, POLLOUT, clock::now() + patience)) return too_late();
    int why = 0;
    socklen_t size = sizeof why;
    ::getsockopt(out.descriptor_, SOL_SOCKET, SO_ERROR, &why, &size);
    if (why != 0) return unreachable(why);
    return out;
}

result<net::http_response> local_link::exchange(request const& asked, std::chrono::milliseconds patience) {
    auto const until = clock::now() + patience;
    auto const sent = send_all(descriptor_, text_of_request(asked, host_), until);
    if (!sent) return sent.error();
    return receive(descriptor_, until);
}

} // namespace modelwatch::cli
