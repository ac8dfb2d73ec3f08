#include "tests/support/catch.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_transport.hpp"
#include "tests/support/run_awaitable.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

using namespace modelwatch;
using namespace std::chrono_literals;

namespace {

asio::awaitable<void>
tick(net::clock& time, std::chrono::milliseconds period, int times, std::vector<int>& log) {
    for (int i = 0; i < times; ++i) {
        co_await time.sleep_until(time.steady_now() + period);
        log.push_back(static_cast<int>(period.count()));
    }
}

asio::awaitable<result<net::http_response>> fetch(net::http_transport& transport, std::string url) {
    net::http_request request;
    request.url = std::move(url);
    co_return co_await transport.send(std::move(request));
}

asio::awaitable<void> never(asio::io_context& io) {
    asio::steady_timer forever{io, asio::steady_timer::time_point::max()};
    co_await forever.async_wait(asio::use_awaitable);
}

asio::awaitable<void> fail_at_once() {
    throw std::runtime_error("broken");
    co_return;
}

} // namespace

TEST_CASE("the fake clock passes three weeks of sleeps at once and keeps their order", "[support]") {
    asio::io_context io;
    test::fake_clock time{io};
    std::vector<int> log;
    auto const before = time.now();
    test::run_awaitable(io, time, tick(time, 3600s, 21 * 24, log));
    REQUIRE(log.size() == 21 * 24);
    REQUIRE(time.now() - before == 21 * 24h);
    REQUIRE(time.sleepers() == 0);
}

TEST_CASE("advancing the fake clock wakes exactly those whose time has come", "[support]") {
    asio::io_context io;
    test::fake_clock time{io};
    std::vector<int> log;
    test::run_state fast;
    test::run_state slow;
    test::start_awaitable(io, tick(time, 20ms, 3, log), fast);
    test::start_awaitable(io, tick(time, 50ms, 2, log), slow);
    time.advance(59ms);
    REQUIRE(log == std::vector<int>{20, 20, 50});
    time.advance(1ms);
    REQUIRE(log == std::vector<int>{20, 20, 50, 20});
    REQUIRE(fast.finished);
    REQUIRE_FALSE(slow.finished);
    time.advance(40ms);
    REQUIRE(slow.finished);
}

TEST_CASE("a coroutine that throws throws out of run_awaitable", "[support]") {
    asio::io_context io;
    REQUIRE_THROWS_WITH(test::run_awaitable(io, fail_at_once()), "broken");
}

TEST_CASE(
    "the fake transport hands out queued answers, then the standing one, then the default", "[support]"
) {
    asio::io_context io;
    test::fake_transport transport;
    transport.answer("GET", "/a?x=1", 200, "first");
    transport.fail("GET", "/a?x=1", error{errc::cut, "cut", {}, 0, std::nullopt});
    transport.always("GET", "/a?x=1", 304);
    REQUIRE(test::run_awaitable(io, fetch(transport, "https://hub.test/a?x=1"))->body == "first");
    REQUIRE(test::run_awaitable(io, fetch(transport, "https://hub.test/a?x=1")).error().code == errc::cut);
    REQUIRE(test::run_awaitable(io, fetch(transport, "https://hub.test/a?x=1"))->status == 304);
    REQUIRE(transport.count("GET", "/a?x=1") == 3);
    REQUIRE_THROWS_AS(test::run_awaitable(io, fetch(transport, "https://hub.test/b")), std::logic_error);
    transport.otherwise([](net::http_request const& asked) {
        return test::fake_transport::response(404, asked.url);
    });
    REQUIRE(test::run_awaitable(io, fetch(transport, "https://hub.test/b"))->body == "https://hub.test/b");
}

TEST_CASE("a hanging fake exchange ends at its virtual timeout or by cancellation", "[support]") {
    asio::io_context io;
    test::fake_clock time{io};
    test::fake_transport timed{time};
    timed.hang("GET", "/");
    auto const before = time.steady_now();
    REQUIRE(test::run_awaitable(io, time, fetch(timed, "https://hub.test/")).error().code == errc::timeout);
    REQUIRE(time.steady_now() - before == 30s);

    test::fake_transport untimed;
    untimed.hang("GET", "/");
    asio::cancellation_signal stop;
    bool aborted = false;
    asio::co_spawn(
        io,
        fetch(untimed, "https://hub.test/"),
        asio::bind_cancellation_slot(
            stop.slot(), [&](std::exception_ptr failure, auto const&) { aborted = failure != nullptr; }
        )
    );
    io.restart();
    io.poll();
    REQUIRE(untimed.in_flight() == 1);
    stop.emit(asio::cancellation_type::terminal);
    io.restart();
    io.poll();
    REQUIRE(aborted);
    REQUIRE(untimed.in_flight() == 0);
}

TEST_CASE("a coroutine that never ends is reported, not waited for", "[support]") {
    asio::io_context io;
    test::fake_clock time{io};
    test::run_state state;
    test::start_awaitable(io, never(io), state);
    time.advance(1h);
    REQUIRE_THROWS_AS(test::expect_finished(state), std::logic_error);
}
