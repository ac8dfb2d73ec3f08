#include "daemon/http/connection.hpp"

#include "daemon/http/target.hpp"
#include "daemon/http/waiting_room.hpp"
#include "daemon/model/text.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <set>
#include <variant>

namespace modelwatch::http {

namespace {

namespace beast = boost::beast;
using parser = beast::http::request_parser<beast::http::string_body>;
using boost::system::error_code;

constexpr auto quiet = asio::as_tuple(asio::use_awaitable);

/// What came in: a request, a refusal, or nothing more.
using arrival = std::variant<std::monostate, request, response>;

response refusal_for(error_code const& failure) {
    using code = beast::http::error;
    if (failure == code::body_limit) return refusal(413, "the body is too large");
    if (failure == code::header_limit) return refusal(431, "the header is too large");
    if (failure == asio::error::timed_out) return refusal(408, "the request took too long to arrive");
    if (failure == code::bad_version) return refusal(505, "HTTP/1.1 only");
    return refusal(400, "this is not an HTTP/1.1 request");
}

/// Whatever a proxy before us could read in another way is refused (RFC 9112, 11.2).
std::optional<response> ambiguity(parser::value_type const& head) {
    if (head.count("Transfer-Encoding") != 0)
        return refusal(501, "Transfer-Encoding is not taken", "send Content-Length");
    if (head.count("Content-Length") > 1) return refusal(400, "two Content-Length");
    auto const length = head["Content-Length"];
    if (std::any_of(length.begin(), length.end(), [](char c) { return c < '0' || c > '9'; }))
        return refusal(400, "Content-Length is not one number");
    if (head.count("Host") > 1) return refusal(400, "two Host");
    if (head.version() == 11 && head.count("Host") == 0) return refusal(400, "Host is missing");
    if (head.count("Upgrade") != 0) return refusal(501, "no protocol but HTTP/1.1");
    auto const coding = lower({head["Content-Encoding"].data(), head["Content-Encoding"].size()});
    if (!coding.empty() && coding != "identity") return refusal(415, "Content-Encoding is not taken");
    auto const expect = head["Expect"];
    if (!expect.empty()) return refusal(417, "Expect is not taken");
    return std::nullopt;
}

/// A line that goes on in the next one: its parser reads it as one line, others do not (RFC 9112, 5.2).
bool is_folded(std::string_view head) {
    return head.find("\r\n ") != std::string_view::npos || head.find("\r\n\t") != std::string_view::npos;
}

std::variant<request, response> read_request(parser::value_type const& message) {
    static std::set<std::string, std::less<>> const methods{"GET", "HEAD", "POST"};
    std::string_view const method{message.method_string().data(), message.method_string().size()};
    if (!methods.contains(method)) {
        auto out = refusal(405, "not with this method");
        out.headers.emplace_back("Allow", "GET, HEAD, POST");
        return out;
    }
    auto where = parse_target({message.target().data(), message.target().size()});
    if (!where) return refusal(400, "the target cannot be read in one way only");
    request out;
    out.method = method;
    out.path = std::move(where->path);
    out.query = std::move(where->query);
    for (auto const& field : message) {
        auto const name = lower({field.name_string().data(), field.name_string().size()});
        auto& value = out.headers[name];
        if (!value.empty()) value += ", ";
        value.append(field.value().data(), field.value().size());
    }
    out.body = message.body();
    return out;
}

std::string head_of(response const& what, bool keep_alive) {
    auto out = fmt::format(
        "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: {}\r\n",
        what.status,
        reason_of(what.status),
        what.type,
        what.body.size(),
        keep_alive ? "keep-alive" : "close"
    );
    for (auto const& [name, value] : what.headers)
        out += fmt::format("{}: {}\r\n", name, value);
    return out + "\r\n";
}

/// Ends what a socket waits for at a deadline, without closing it: a slow peer is told why.
class time_limit {
public:
    time_limit(stream_socket& socket, std::chrono::steady_clock::time_point when)
        : timer_{socket.get_executor(), when}
        , state_{std::make_shared<state>(state{&socket, false})} {
        timer_.async_wait([kept = state_](error_code const& failure) {
            if (failure || kept->socket == nullptr) return;
            kept->passed = true;
            error_code ignored;
            kept->socket->cancel(ignored);
        });
    }

    ~time_limit() { state_->socket = nullptr; }

    time_limit(time_limit const&) = delete;
    time_limit& operator=(time_limit const&) = delete;

    [[nodiscard]] bool passed() const noexcept { return state_->passed; }

private:
    struct state {
        stream_socket* socket;
        bool passed;
    };

    asio::steady_timer timer_;
    std::shared_ptr<state> state_;
};

class conversation {
public:
    conversation(
        stream_socket socket, server_limits limits, handler answer, bool const& stopping, waiting_room& room
    )
        : socket_{std::move(socket)}
        , room_{room}
        , limits_{limits}
        , answer_{std::move(answer)}
        , stopping_{stopping} {}

    asio::awaitable<void> run() {
        for (std::size_t count = 1; count <= limits_.max_requests && !stopping_; ++count) {
            bool keep = false;
            bool head_only = false;
            auto got = co_await receive(keep, head_only);
            if (std::holds_alternative<std::monostate>(got))
                co_return; // nothing came that waits for an answer
            keep = keep && count < limits_.max_requests && !stopping_;
            auto* const asked = std::get_if<request>(&got);
            response out;
            if (asked != nullptr) {
                auto wanted = std::move(*asked);
                out = co_await answer_(std::move(wanted));
            } else {
                out = std::move(std::get<response>(got));
                keep = false; // what follows a bad request cannot be told from it
            }
            bool const sent = co_await send(std::move(out), keep, head_only);
            if (!sent || !keep) break;
        }
        co_await linger();
    }

    asio::awaitable<void> turn_away() {
        auto out = refusal(503, "too many connections");
        out.headers.emplace_back("Retry-After", "1");
        co_await send(std::move(out), false, false);
        co_await linger();
    }

private:
    /// What a refused client still sends is read for a moment: closing over it would reset the connection,
    /// and the refusal would be lost on its way (RFC 9112, 9.6).
    asio::awaitable<void> linger() {
        error_code ignored;
        socket_.shutdown(stream_socket::shutdown_send, ignored);
        time_limit const limit{socket_, std::chrono::steady_clock::now() + limits_.linger_time};
        std::array<char, 4096> nowhere{};
        for (std::size_t total = 0; total < limits_.max_body && !stopping_;) {
            auto const [failure, count] = co_await socket_.async_read_some(asio::buffer(nowhere), quiet);
            if (failure) break;
            total += count;
        }
    }

    /// Reads until the head or the whole message is there. One deadline for all of it: dripping does not
    /// help.
    asio::awaitable<error_code> read_until(parser& from, bool only_head, time_limit const& limit) {
        for (;;) {
            if (only_head ? from.is_header_done() : from.is_done()) co_return error_code{};
            if (buffer_.size() != 0) {
                error_code failure;
                if (only_head && head_is_folded())
                    co_return make_error_code(beast::http::error::bad_obs_fold);
                buffer_.consume(from.put(buffer_.data(), failure));
                if (failure && failure != beast::http::error::need_more) co_return failure;
                if (!failure) continue;
            }
            auto const [failure, count] = co_await socket_.async_read_some(buffer_.prepare(4096), quiet);
            if (limit.passed()) co_return make_error_code(asio::error::timed_out);
            if (failure) co_return failure;
            buffer_.commit(count);
        }
    }

    /// Of a head that is there whole; the parser takes nothing of it before.
    [[nodiscard]] bool head_is_folded() const {
        std::string_view const bytes{static_cast<char const*>(buffer_.data().data()), buffer_.size()};
        auto const end = bytes.find("\r\n\r\n");
        return end != std::string_view::npos && is_folded(bytes.substr(0, end));
    }

    asio::awaitable<bool> first_byte() {
        if (buffer_.size() != 0) co_return true;
        time_limit const limit{socket_, std::chrono::steady_clock::now() + limits_.idle_time};
        auto const [failure, count] = co_await socket_.async_read_some(buffer_.prepare(4096), quiet);
        if (failure) co_return false;
        buffer_.commit(count);
        co_return true;
    }

    asio::awaitable<arrival> receive(bool& keep, bool& head_only) {
        waiting_room::place here{room_, socket_};
        bool const begun = co_await first_byte();
        if (!begun) co_return arrival{};
        here.request_begins();
        time_limit const limit{socket_, std::chrono::steady_clock::now() + limits_.request_time};
        parser from;
        from.header_limit(static_cast<std::uint32_t>(limits_.max_head));
        from.body_limit(limits_.max_body);
        auto failure = co_await read_until(from, true, limit);
        if (failure && here.gave_way()) failure = make_error_code(asio::error::timed_out);
        if (failure) co_return arrival{refusal_for(failure)};
        if (auto bad = ambiguity(from.get())) co_return arrival{std::move(*bad)};
        failure = co_await read_until(from, false, limit);
        if (failure && here.gave_way()) failure = make_error_code(asio::error::timed_out);
        if (failure) co_return arrival{refusal_for(failure)};
        keep = from.get().keep_alive();
        head_only = from.get().method() == beast::http::verb::head;
        auto read = read_request(from.get());
        if (auto* const bad = std::get_if<response>(&read)) co_return arrival{std::move(*bad)};
        co_return arrival{std::move(std::get<request>(read))};
    }

    asio::awaitable<bool> send(response what, bool keep, bool head_only) {
        auto text = head_of(what, keep);
        if (!head_only) text += what.body;
        time_limit const limit{socket_, std::chrono::steady_clock::now() + limits_.write_time};
        auto const [failure, count] = co_await asio::async_write(socket_, asio::buffer(text), quiet);
        co_return !failure && count == text.size();
    }

    stream_socket socket_;
    waiting_room& room_;
    beast::flat_buffer buffer_;
    server_limits limits_;
    handler answer_;
    bool const& stopping_;
};

} // namespace

asio::awaitable<void>
serve(stream_socket socket, server_limits limits, handler answer, bool const& stopping, waiting_room& room) {
    conversation with{std::move(socket), limits, std::move(answer), stopping, room};
    co_await with.run();
}

asio::awaitable<void> turn_away(stream_socket socket) {
    bool const stopping = false;
    server_limits limits;
    limits.write_time = std::chrono::seconds{1};
    limits.linger_time = std::chrono::milliseconds{100};
    waiting_room nobody;
    conversation with{std::move(socket), limits, {}, stopping, nobody};
    co_await with.turn_away();
}

} // namespace modelwatch::http
