#include "tests/net/exchange_bench.hpp"
#include "tests/support/catch.hpp"

#include <boost/system/system_error.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

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

net::transport_limits at_most(std::size_t connections) {
    net::transport_limits limits;
    limits.max_connections_per_host = connections;
    return limits;
}

loopback_answer hanging() {
    loopback_answer answer;
    answer.then = ending::hang;
    return answer;
}

/// Answers the first request on a connection; what it does with later ones is up to the test.
loopback_server::handler second_time(loopback_answer later, std::shared_ptr<std::atomic<int>> count) {
    return [later, count](loopback_request const& asked) {
        auto const number = (*count)++;
        return number == 1 ? later : plain_answer(200, asked.method + std::to_string(asked.connection));
    };
}

loopback_answer dying(ending how) {
    loopback_answer answer;
    answer.then = how;
    return answer;
}

using exchanges = std::vector<std::unique_ptr<test::running_exchange>>;

exchanges start_all(exchange_bench& bench, loopback_server const& server, int count) {
    exchanges running;
    for (int i = 0; i < count; ++i) {
        running.push_back(bench.start(exchange_bench::request(server.url("/" + std::to_string(i)))));
    }
    return running;
}

bool all_done(exchanges const& running) {
    return std::ranges::all_of(running, [](auto const& one) { return one->done(); });
}

} // namespace

TEST_CASE("no more connections are opened to a host than the limit", "[net]") {
    loopback_server server{certificate::good, [](loopback_request const&) {
                               auto answer = plain_answer(200, "ok");
                               answer.wait = 2ms;
                               return answer;
                           }};
    exchange_bench bench{at_most(3)};
    auto const running = start_all(bench, server, 20);
    REQUIRE(bench.until([&] { return all_done(running); }));
    for (auto const& one : running) {
        REQUIRE(one->answer->has_value());
    }
    REQUIRE(server.accepted() == 3);
    REQUIRE(server.requests().size() == 20);
}

TEST_CASE("who waits for a connection is served in order", "[net]") {
    loopback_server server{certificate::good, [](loopback_request const&) {
                               return plain_answer(200, "ok");
                           }};
    exchange_bench bench{at_most(1)};
    auto const running = start_all(bench, server, 12);
    REQUIRE(bench.until([&] { return all_done(running); }));
    REQUIRE(server.accepted() == 1);
    auto const seen = server.requests();
    REQUIRE(seen.size() == 12);
    for (std::size_t i = 0; i < seen.size(); ++i) {
        REQUIRE(seen[i].target == "/" + std::to_string(i));
    }
}

TEST_CASE("waiting for a free connection counts in the deadline", "[net]") {
    loopback_server server{certificate::good, [](loopback_request const&) { return hanging(); }};
    exchange_bench bench{at_most(1)};
    auto const first = bench.start(exchange_bench::request(server.url("/first")));
    REQUIRE(bench.until([&] { return server.requests().size() == 1; }));
    auto second = exchange_bench::request(server.url("/second"));
    second.timeout = 30ms;
    auto const late = bench.send(second);
    REQUIRE(late.error().code == errc::timeout);
    REQUIRE(late.error().what.find("waiting for a free connection") != std::string::npos);
    REQUIRE_FALSE(first->done());
    REQUIRE(server.accepted() == 1);
    first->stop.emit(asio::cancellation_type::terminal);
    REQUIRE(bench.until([&] { return first->done(); }));
}

TEST_CASE("an exchange that is cancelled ends at once, closes its connection and frees its place", "[net]") {
    std::atomic<bool> hang = true;
    loopback_server server{certificate::good, [&hang](loopback_request const&) {
                               if (!hang) {
                                   return plain_answer(200, "ok");
                               }
                               loopback_answer half;
                               half.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf";
                               half.then = ending::hang;
                               return half;
                           }};
    exchange_bench bench{at_most(1)};
    auto const reading = bench.start(exchange_bench::request(server.url("/reading")));
    REQUIRE(bench.until([&] { return server.requests().size() == 1; }));
    auto const waiting = bench.start(exchange_bench::request(server.url("/waiting")));
    auto const next = bench.start(exchange_bench::request(server.url("/next")));
    bench.io.restart();
    bench.io.poll();
    hang = false;
    waiting->stop.emit(asio::cancellation_type::terminal);
    reading->stop.emit(asio::cancellation_type::terminal);
    REQUIRE(bench.until([&] { return reading->done() && waiting->done() && next->done(); }));
    for (auto const* cancelled : {reading.get(), waiting.get()}) {
        REQUIRE(cancelled->failure);
        try {
            std::rethrow_exception(cancelled->failure);
        } catch (boost::system::system_error const& aborted) {
            REQUIRE(aborted.code() == asio::error::operation_aborted);
        }
    }
    REQUIRE(next->answer);
    REQUIRE(next->answer->has_value());
    REQUIRE(server.requests().size() == 2); // the one that waited was never sent
    REQUIRE(bench.get(server.url())->body == "ok");
}

TEST_CASE("exchanges that are cancelled at any step leak no place", "[net]") {
    loopback_server server{certificate::good, [](loopback_request const&) { return hanging(); }};
    exchange_bench bench{at_most(2)};
    for (int i = 0; i < 120; ++i) {
        auto const running = bench.start(exchange_bench::request(server.url()));
        bench.io.restart();
        for (int step = 0; step < i % 12; ++step) {
            bench.io.run_one_for(2ms);
        }
        running->stop.emit(asio::cancellation_type::terminal);
        REQUIRE(bench.until([&] { return running->done(); }));
        REQUIRE(running->failure);
    }
    auto const one = bench.start(exchange_bench::request(server.url("/last")));
    auto const two = bench.start(exchange_bench::request(server.url("/last")));
    auto const reached = [&] {
        auto const seen = server.requests();
        return std::ranges::count(seen, "/last", &loopback_request::target) == 2;
    };
    REQUIRE(bench.until(reached));
    one->stop.emit(asio::cancellation_type::terminal);
    two->stop.emit(asio::cancellation_type::terminal);
    REQUIRE(bench.until([&] { return one->done() && two->done(); }));
}

TEST_CASE("a connection that the server closed while it rested is not used", "[net]") {
    for (bool const tls : {true, false}) {
        CAPTURE(tls);
        auto const respond = [](loopback_request const& asked) { return plain_answer(200, asked.method); };
        auto const server = tls ? std::make_unique<loopback_server>(certificate::good, respond)
                                : std::make_unique<loopback_server>(respond);
        exchange_bench bench;
        REQUIRE(bench.get(server->url()));
        server->close_connections();
        // Even a POST goes through: nothing was written on the dead connection.
        REQUIRE(bench.send(exchange_bench::request(server->url(), "POST"))->body == "POST");
        REQUIRE(server->accepted() == 2);
        REQUIRE(server->requests().size() == 2);
    }
}

TEST_CASE("an idempotent request whose reused connection dies before any byte is sent once more", "[net]") {
    for (auto const how : {ending::close, ending::close_without_notify, ending::reset}) {
        for (auto const* method : {"GET", "PUT", "DELETE", "OPTIONS"}) {
            CAPTURE(method, static_cast<int>(how));
            auto const count = std::make_shared<std::atomic<int>>(0);
            loopback_server server{certificate::good, second_time(dying(how), count)};
            exchange_bench bench;
            REQUIRE(bench.get(server.url())->body == "GET0");
            auto const again = bench.send(exchange_bench::request(server.url(), method));
            REQUIRE(again);
            REQUIRE(again->body == std::string{method} + "1");
            REQUIRE(*count == 3);
        }
    }
}

TEST_CASE("POST is never sent twice", "[net]") {
    for (bool const tls : {true, false}) {
        auto const count = std::make_shared<std::atomic<int>>(0);
        auto const respond = second_time(dying(ending::close), count);
        auto const server = tls ? std::make_unique<loopback_server>(certificate::good, respond)
                                : std::make_unique<loopback_server>(respond);
        exchange_bench bench;
        REQUIRE(bench.get(server->url()));
        auto const failed = bench.send(exchange_bench::request(server->url(), "POST"));
        REQUIRE(failed.error().code == errc::unreachable);
        REQUIRE(*count == 2);
    }
}

TEST_CASE("an answer that had begun is not asked for again", "[net]") {
    auto const count = std::make_shared<std::atomic<int>>(0);
    auto half = dying(ending::close);
    half.bytes = "HTTP/1.1 200";
    loopback_server server{certificate::good, second_time(half, count)};
    exchange_bench bench;
    REQUIRE(bench.get(server.url()));
    REQUIRE(bench.get(server.url()).error().code == errc::cut);
    REQUIRE(*count == 2);
}

TEST_CASE("a request is sent once more, not over and over", "[net]") {
    std::atomic<int> count = 0;
    loopback_server server{certificate::good, [&count](loopback_request const&) {
                               return count++ == 0 ? plain_answer(200, "first") : dying(ending::close);
                           }};
    exchange_bench bench;
    REQUIRE(bench.get(server.url()));
    REQUIRE(bench.get(server.url()).error().code == errc::unreachable);
    REQUIRE(count == 3);
}

TEST_CASE("a connection that has rested too long is not used", "[net]") {
    loopback_server server{certificate::good, [](loopback_request const&) {
                               return plain_answer(200, "ok");
                           }};
    net::transport_limits limits;
    limits.idle_timeout = 0s;
    exchange_bench bench{limits};
    REQUIRE(bench.get(server.url()));
    REQUIRE(bench.get(server.url()));
    REQUIRE(server.accepted() == 2);
}

TEST_CASE("connections of different trust are never shared", "[net]") {
    loopback_server server{certificate::good, [](loopback_request const&) {
                               return plain_answer(200, "ok");
                           }};
    exchange_bench bench;
    REQUIRE(bench.get(server.url()));
    auto other = exchange_bench::request(server.url());
    other.via.ca_file.clear();
    REQUIRE(bench.send(other).error().code == errc::tls);
}

TEST_CASE("exchanges in flight may outlive their transport", "[net]") {
    loopback_server server{certificate::good, [](loopback_request const&) { return hanging(); }};
    std::unique_ptr<test::running_exchange> first;
    std::unique_ptr<test::running_exchange> second;
    {
        exchange_bench bench{at_most(1)};
        first = bench.start(exchange_bench::request(server.url()));
        REQUIRE(bench.until([&] { return server.requests().size() == 1; }));
        second = bench.start(exchange_bench::request(server.url()));
        bench.io.restart();
        bench.io.poll();
        bench.transport.reset();
    }
    REQUIRE(test::eventually([&] { return server.open() == 0; }));
    REQUIRE_FALSE(first->done());
}
