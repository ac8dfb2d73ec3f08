#include "daemon/net/resolver.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_awaitable.hpp"

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace modelwatch;
using namespace std::chrono_literals;

namespace {

using outcome = boost::system::result<std::vector<asio::ip::address>, net::trouble>;

asio::awaitable<void> look_up(
    net::name_resolver& names,
    asio::any_io_executor io,
    std::string host,
    std::chrono::milliseconds timeout,
    std::optional<outcome>& into
) {
    net::time_limit limit{io, std::chrono::steady_clock::now() + timeout};
    auto found = co_await names.resolve(host, limit);
    into.emplace(std::move(found));
}

outcome resolve(
    net::name_resolver& names, asio::io_context& io, std::string host, std::chrono::milliseconds timeout
) {
    std::optional<outcome> found;
    test::run_awaitable(io, look_up(names, io.get_executor(), std::move(host), timeout, found));
    return std::move(found).value();
}

net::looked_up never_called(std::string const&) {
    throw std::logic_error("a look-up that should not have happened");
}

} // namespace

TEST_CASE("numeric hosts, localhost and names under invalid ask no name server", "[net]") {
    asio::io_context io;
    net::name_resolver names{io.get_executor(), 1s, never_called};
    REQUIRE(resolve(names, io, "127.0.0.9", 1s)->front().to_string() == "127.0.0.9");
    REQUIRE(resolve(names, io, "::1", 1s)->front().to_string() == "::1");
    for (auto const& address : resolve(names, io, "localhost", 1s).value()) {
        REQUIRE(address.is_loopback());
    }
    REQUIRE(resolve(names, io, "nonexistent.invalid", 1s).error().code == errc::unresolved);
}

TEST_CASE("addresses are passed on in the resolver's order", "[net]") {
    asio::io_context io;
    net::name_resolver names{io.get_executor(), 1s, [](std::string const&) {
                                 return net::looked_up{
                                     {asio::ip::make_address("2001:db8::1"),
                                      asio::ip::make_address("192.0.2.1")},
                                     0
                                 };
                             }};
    auto const found = resolve(names, io, "hub.example", 1s);
    REQUIRE(found->size() == 2);
    REQUIRE(found->front().is_v6());
}

TEST_CASE("the system's resolver answers for a numeric name", "[net]") {
    auto const found = net::system_lookup("127.0.0.1");
    REQUIRE(found.failure == 0);
    REQUIRE(found.addresses == std::vector<asio::ip::address>{asio::ip::make_address("127.0.0.1")});
}

TEST_CASE(
    "a name server that does not answer costs the budget and no more, nor does the end wait for it", "[net]"
) {
    auto const release = std::make_shared<std::promise<void>>();
    auto const gate = release->get_future().share();
    auto const before = std::chrono::steady_clock::now();
    {
        asio::io_context io;
        net::name_resolver names{io.get_executor(), 30ms, [gate](std::string const&) {
                                     gate.wait();
                                     return net::looked_up{};
                                 }};
        auto const slow = resolve(names, io, "hub.example", 10s);
        REQUIRE(slow.error().code == errc::unresolved);
        REQUIRE(slow.error().reason == "the name server did not answer");
        net::name_resolver patient{io.get_executor(), 10s, [gate](std::string const&) {
                                       gate.wait();
                                       return net::looked_up{};
                                   }};
        auto const late = resolve(patient, io, "hub.example", 10ms);
        REQUIRE(late.error().code == errc::timeout);
    }
    REQUIRE(std::chrono::steady_clock::now() - before < 2s);
    release->set_value();
}

TEST_CASE("requests for one name at a time share one look-up", "[net]") {
    std::atomic<int> calls = 0;
    asio::io_context io;
    net::name_resolver names{io.get_executor(), 5s, [&calls](std::string const&) {
                                 ++calls;
                                 std::this_thread::sleep_for(20ms);
                                 return net::looked_up{{asio::ip::make_address("192.0.2.1")}, 0};
                             }};
    std::vector<std::optional<outcome>> found(5);
    std::vector<test::run_state> states(5);
    for (std::size_t i = 0; i < found.size(); ++i) {
        test::start_awaitable(io, look_up(names, io.get_executor(), "hub.example", 5s, found[i]), states[i]);
    }
    io.run();
    for (auto const& one : found) {
        REQUIRE(one->value().size() == 1);
    }
    REQUIRE(calls == 1);
}
