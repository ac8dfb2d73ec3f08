#pragma once

// One connection of the double. Included by server.cpp alone: it instantiates Asio, Beast and TLS.

#include "tests/hub/hub_state.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace modelwatch::hub_double {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;
using tls_stream = asio::ssl::stream<tcp::socket>;
using boost::system::error_code;

inline constexpr auto quiet = asio::as_tuple(asio::use_awaitable);
inline constexpr std::size_t read_size = 16u << 10;
inline constexpr std::size_t piece_size = 256u << 10;
inline constexpr std::uint64_t body_limit = 8u << 20;

struct connection {
    virtual ~connection() = default;
    virtual void close() = 0;
    virtual asio::awaitable<void> serve() = 0;
};

inline std::string date_line() {
    thread_local std::time_t last = 0;
    thread_local std::string text;
    auto const now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    if (now != last) {
        last = now;
        text = fmt::format("Date: {:%a, %d %b %Y %H:%M:%S} GMT\r\n", fmt::gmtime(now));
    }
    return text;
}

inline std::string head_text(outgoing const& sent, bool keep_alive) {
    auto const& what = *sent.what;
    std::string text;
    text.reserve(what.head.size() + sent.extra_headers.size() + 256);
    text += "HTTP/1.1 " + std::to_string(what.status) + " ";
    text += reason_phrase(what.status);
    text += "\r\n";
    text += what.head;
    text += sent.extra_headers;
    text += date_line();
    auto size = what.body_size();
    if (what.how.how == delivery::way::huge) size = what.how.size;
    if (what.status != 304) text += "Content-Length: " + std::to_string(size) + "\r\n";
    text += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
    return text;
}

inline request to_request(http::request<http::string_body>& parsed, side at, bool tls) {
    request made;
    made.at = at;
    made.scheme = tls ? "https" : "http";
    made.method = std::string(parsed.method_string());
    made.target = std::string(parsed.target());
    made.host = std::string(parsed[http::field::host]);
    made.has_authorization = parsed.count(http::field::authorization) > 0;
    made.authorization = std::string(parsed[http::field::authorization]);
    made.if_none_match = std::string(parsed[http::field::if_none_match]);
    made.range = std::string(parsed[http::field::range]);
    made.accept = std::string(parsed[http::field::accept]);
    made.content_type = std::string(parsed[http::field::content_type]);
    made.user_agent = std::string(parsed[http::field::user_agent]);
    made.body = std::move(parsed.body());
    made.parse_target();
    return made;
}

template <class Stream>
class session final : public connection {
public:
    session(Stream stream, hub_state& hub, side at)
        : stream_(std::move(stream))
        , timer_(stream_.get_executor())
        , hub_(hub)
        , at_(at) {}

    void close() override {
        error_code ignored;
        closed_ = true;
        timer_.cancel();
        stream_.lowest_layer().close(ignored);
    }

    asio::awaitable<void> serve() override {
        error_code ignored;
        stream_.lowest_layer().set_option(tcp::no_delay(true), ignored);
        bool open = true;
        if constexpr (is_tls) {
            auto [failed] = co_await stream_.async_handshake(asio::ssl::stream_base::server, quiet);
            open = !failed;
        }
        while (open && !closed_)
            open = co_await one_exchange();
        stream_.lowest_layer().shutdown(tcp::socket::shutdown_both, ignored);
        stream_.lowest_layer().close(ignored);
    }

private:
    static constexpr bool is_tls = std::is_same_v<Stream, tls_stream>;
    using parser_type = http::request_parser<http::string_body>;

    asio::awaitable<bool> one_exchange() {
        parser_type parser;
        parser.body_limit(body_limit);
        parser.eager(true);
        bool const complete = co_await read_request(parser);
        if (!complete) co_return false;
        auto const keep_alive = parser.get().keep_alive();
        auto const asked = to_request(parser.get(), at_, is_tls);
        auto const sent = hub_.respond(asked);
        bool const delivered = co_await deliver(sent, asked.method == "HEAD", keep_alive);
        co_return delivered&& keep_alive;
    }

    asio::awaitable<bool> read_request(parser_type& parser) {
        while (!parser.is_done()) {
            error_code failed;
            if (in_.size() > 0) in_.consume(parser.put(in_.data(), failed));
            if (failed && failed != http::error::need_more) co_return false;
            if (parser.is_done()) break;
            auto const room = in_.prepare(read_size);
            auto [broken, count] = co_await stream_.async_read_some(room, quiet);
            if (broken) co_return false;
            in_.commit(count);
        }
        co_return true;
    }

    asio::awaitable<bool> write(std::string_view bytes) {
        auto const buffer = asio::buffer(bytes.data(), bytes.size());
        auto [failed, count] = co_await asio::async_write(stream_, buffer, quiet);
        co_return !failed;
    }

    asio::awaitable<bool> deliver(outgoing const& sent, bool head_only, bool keep_alive) {
        auto const way = sent.what->how.how;
        if (way == delivery::way::close) co_return false;
        if (way == delivery::way::hang) {
            co_await wait_for_peer();
            co_return false;
        }
        auto text = head_text(sent, keep_alive);
        if (head_only || sent.what->status == 304) {
            bool const done = co_await write(text);
            co_return done;
        }
        if (way != delivery::way::whole) {
            bool const done = co_await deliver_badly(*sent.what, std::move(text));
            co_return done;
        }
        if (sent.what->source) {
            bool const done = co_await deliver_file(*sent.what, std::move(text));
            co_return done;
        }
        text += *sent.what->body;
        bool const done = co_await write(text);
        co_return done;
    }

    asio::awaitable<bool> deliver_file(answer const& what, std::string text) {
        bool open = co_await write(text);
        for (std::uint64_t done = 0; open && done < what.length;) {
            auto const piece =
                static_cast<std::size_t>(std::min<std::uint64_t>(piece_size, what.length - done));
            text = what.source->read(what.offset + done, piece);
            open = co_await write(text);
            done += piece;
        }
        co_return open;
    }

    /// Every way here ends the connection.
    asio::awaitable<bool> deliver_badly(answer const& what, std::string text) {
        auto const body = what.source
                              ? what.source->read(what.offset, std::min<std::size_t>(piece_size, what.length))
                              : *what.body;
        if (what.how.how == delivery::way::huge) {
            bool const sent = co_await deliver_huge(what.how.size, std::move(text));
            co_return sent;
        }
        if (what.how.how == delivery::way::drip) {
            text += body;
            bool const sent = co_await drip(text, what.how.pace);
            co_return sent;
        }
        text += body.substr(0, body.size() / 2);
        bool const sent = co_await write(text);
        error_code ignored;
        if (sent && what.how.how == delivery::way::reset)
            stream_.lowest_layer().set_option(tcp::socket::linger(true, 0), ignored);
        if (what.how.how == delivery::way::reset) stream_.lowest_layer().close(ignored);
        co_return false;
    }

    asio::awaitable<bool> drip(std::string const& text, std::chrono::milliseconds pace) {
        bool open = true;
        for (std::size_t at = 0; open && !closed_ && at < text.size(); ++at) {
            open = co_await write(std::string_view(text).substr(at, 1));
            timer_.expires_after(pace);
            auto [stopped] = co_await timer_.async_wait(quiet);
            open = open && !stopped;
        }
        co_return open;
    }

    asio::awaitable<bool> deliver_huge(std::uint64_t size, std::string text) {
        bool open = co_await write(text);
        std::string piece = "[" + std::string(piece_size, ' ');
        for (std::uint64_t done = 0; open && done < size;) {
            auto const part = std::min<std::uint64_t>(piece.size(), size - done);
            open = co_await write(std::string_view(piece).substr(0, static_cast<std::size_t>(part)));
            done += part;
            piece.front() = ' ';
        }
        co_return open;
    }

    asio::awaitable<void> wait_for_peer() {
        for (;;) {
            auto const room = in_.prepare(read_size);
            auto [broken, count] = co_await stream_.async_read_some(room, quiet);
            if (broken) co_return;
        }
    }

    Stream stream_;
    asio::steady_timer timer_;
    boost::beast::flat_buffer in_;
    hub_state& hub_;
    side at_;
    bool closed_ = false;
};

} // namespace modelwatch::hub_double
