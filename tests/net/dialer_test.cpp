#include "daemon/net/dialer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/loopback_server.hpp"
#include "tests/support/run_awaitable.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

using namespace modelwatch;
using namespace std::chrono_literals;
using test::loopback_request;
using test::loopback_server;
using test::plain_answer;

namespace {

net::name_resolver::lookup_function always(std::vector<std::string> const& addresses) {
    net::looked_up found;
    for (auto const& address : addresses) {
        found.addresses.push_back(asio::ip::make_address(address));
    }
    return [found](std::string const&) { return found; };
}

asio::awaitable<void> dial(
    net::dialer& calls,
    asio::any_io_executor executor,
    net::call_plan const& plan,
    std::optional<net::trouble>& failure
) {
    net::time_limit limit{executor, std::chrono::steady_clock::now() + 5s};
    net::connection link{executor};
    failure = co_await calls.dial(link, plan, limit);
}

std::optional<net::trouble> dialled(std::vector<std::string> const& addresses, std::uint16_t port) {
    asio::io_context io;
    net::dialer calls{io.get_executor(), 1s, always(addresses)};
    net::call_plan plan;
    plan.target.tls = false;
    plan.target.host = "hub.example";
    plan.target.port = port;
    std::optional<net::trouble> failure;
    test::run_awaitable(io, dial(calls, io.get_executor(), plan, failure));
    return failure;
}

} // namespace

TEST_CASE("the addresses of a name are tried in turn until one answers", "[net]") {
    loopback_server server{[](loopback_request const&) { return plain_answer(200, "ok"); }};
    // The server listens on 127.0.0.1 only; the others are this host too and refuse.
    REQUIRE_FALSE(dialled({"127.0.0.2", "127.0.0.3", "127.0.0.1"}, server.port()));
    REQUIRE_FALSE(dialled({"::ffff:127.0.0.2", "127.0.0.1"}, server.port()));
}

TEST_CASE("when no address answers, the last one's reason is told", "[net]") {
    auto const failure = dialled({"127.0.0.2", "127.0.0.3"}, 1);
    REQUIRE(failure);
    REQUIRE(failure->code == errc::unreachable);
    REQUIRE(failure->reason == "connection refused by 127.0.0.3:1");
}

TEST_CASE("a name with no address at all is unresolved", "[net]") {
    auto const failure = dialled({}, 1);
    REQUIRE(failure);
    REQUIRE(failure->code == errc::unresolved);
}
