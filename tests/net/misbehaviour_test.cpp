#include "tests/net/exchange_bench.hpp"
#include "tests/support/catch.hpp"

#include <chrono>
#include <string>

using namespace modelwatch;
using namespace std::chrono_literals;
using test::certificate;
using test::exchange_bench;
using test::loopback_answer;
using test::loopback_request;
using test::loopback_server;
using test::plain_answer;
using ending = loopback_answer::ending;

namespace {

loopback_answer raw(std::string bytes, ending then) {
    loopback_answer answer;
    answer.bytes = std::move(bytes);
    answer.then = then;
    return answer;
}

/// The failure on a connection that has served already: however slow the machine, a handshake does not count
/// in.
error failure_of(loopback_server::handler respond, std::chrono::milliseconds timeout = 10s) {
    loopback_server server{certificate::good, [&respond](loopback_request const& request) {
                               return request.target == "/first" ? plain_answer(200, "") : respond(request);
                           }};
    exchange_bench bench;
    REQUIRE(bench.get(server.url("/first")));
    auto asked = exchange_bench::request(server.url("/x?secret"), "POST"); // which is not tried again
    asked.timeout = timeout;
    auto const answer = bench.send(asked);
    REQUIRE(answer.has_error());
    REQUIRE(answer.error().what.find("secret") == std::string::npos);
    REQUIRE(answer.error().what.find("/x: ") != std::string::npos);
    return answer.error();
}

} // namespace

TEST_CASE("a server that says nothing is a timeout after the deadline and not before", "[net]") {
    auto const before = std::chrono::steady_clock::now();
    auto const failure = failure_of([](loopback_request const&) { return raw("", ending::hang); }, 60ms);
    REQUIRE(failure.code == errc::timeout);
    REQUIRE(failure.what.find("within 60 ms, still waiting for the answer") != std::string::npos);
    REQUIRE(std::chrono::steady_clock::now() - before >= 60ms);
}

TEST_CASE("one deadline covers a whole answer that drips", "[net]") {
    auto const failure = failure_of(
        [](loopback_request const&) {
            auto answer = plain_answer(200, std::string(1000, 'd'));
            answer.piece = 1;
            answer.piece_wait = 5ms;
            return answer;
        },
        80ms
    );
    REQUIRE(failure.code == errc::timeout);
    REQUIRE(failure.what.find("reading the answer") != std::string::npos);
}

TEST_CASE("a server that never finishes the handshake is a timeout that says so", "[net]") {
    // It answers nothing before it has read a whole plain request, and a ClientHello is none.
    loopback_server server{[](loopback_request const&) { return plain_answer(200, ""); }};
    exchange_bench bench;
    auto asked = exchange_bench::request("https://127.0.0.1:" + std::to_string(server.port()) + "/");
    asked.timeout = 60ms;
    auto const answer = bench.send(asked);
    REQUIRE(answer.error().code == errc::timeout);
    REQUIRE(answer.error().what.find("TLS handshake") != std::string::npos);
}

TEST_CASE("a slow answer within the deadline is an answer", "[net]") {
    loopback_server server{certificate::good, [](loopback_request const&) {
                               auto answer = plain_answer(200, "slow but whole");
                               answer.wait = 20ms;
                               answer.piece = 10;
                               return answer;
                           }};
    exchange_bench bench;
    REQUIRE(bench.get(server.url())->body == "slow but whole");
}

TEST_CASE("an answer that ends early is a cut, however it ends", "[net]") {
    for (auto const how : {ending::close, ending::close_without_notify, ending::reset}) {
        CAPTURE(static_cast<int>(how));
        auto const body = failure_of([how](loopback_request const&) {
            return raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", how);
        });
        REQUIRE(body.code == errc::cut);
        auto const header =
            failure_of([how](loopback_request const&) { return raw("HTTP/1.1 200 OK\r\nA: b", how); });
        REQUIRE(header.code == errc::cut);
        auto const chunked = failure_of([how](loopback_request const&) {
            return raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", how);
        });
        REQUIRE(chunked.code == errc::cut);
    }
}

TEST_CASE("a new connection that closes without a byte is unreachable, and is not tried again", "[net]") {
    for (auto const how : {ending::close, ending::close_without_notify, ending::reset}) {
        loopback_server server{certificate::good, [how](loopback_request const&) { return raw("", how); }};
        exchange_bench bench;
        REQUIRE(bench.get(server.url()).error().code == errc::unreachable);
        REQUIRE(server.requests().size() == 1);
    }
}

TEST_CASE("garbage is malformed", "[net]") {
    auto const garbage = failure_of([](loopback_request const&) {
        return raw("\x16\x03\x01 this is not HTTP\r\n\r\n", ending::close);
    });
    REQUIRE(garbage.code == errc::malformed);
    REQUIRE(garbage.what.find("this is not") == std::string::npos);
}

TEST_CASE("a header without end is refused", "[net]") {
    auto const failure = failure_of([](loopback_request const&) {
        auto answer = raw("HTTP/1.1 200 OK\r\nA: ", ending::close);
        answer.filler = 1u << 20;
        return answer;
    });
    REQUIRE(failure.code == errc::too_large);
}

TEST_CASE("a server that refuses a long body with an early answer is heard", "[net]") {
    loopback_server server{[](loopback_request const&) { return plain_answer(413, "too long"); }};
    exchange_bench bench;
    auto asked = exchange_bench::request(server.url(), "POST");
    asked.body = std::string(3u << 20, 'b');
    auto const answer = bench.send(asked);
    REQUIRE(answer);
    REQUIRE(answer->status == 413);
    REQUIRE(server.requests().at(0).body.size() == asked.body.size());
}

TEST_CASE("a timeout of nothing is a timeout at once", "[net]") {
    loopback_server server{[](loopback_request const&) { return plain_answer(200, ""); }};
    exchange_bench bench;
    auto asked = exchange_bench::request(server.url());
    asked.timeout = 0ms;
    REQUIRE(bench.send(asked).error().code == errc::timeout);
}
