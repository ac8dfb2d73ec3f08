#include "tests/net/exchange_bench.hpp"
#include "tests/support/catch.hpp"

#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <sys/resource.h>
#include <vector>

using namespace modelwatch;
using test::certificate;
using test::exchange_bench;
using test::loopback_request;
using test::loopback_server;
using test::plain_answer;

namespace {

double thread_cpu_microseconds() {
    rusage usage{};
    ::getrusage(RUSAGE_THREAD, &usage);
    auto const both = [](timeval const& a, timeval const& b) {
        return static_cast<double>(a.tv_sec + b.tv_sec) * 1e6 + static_cast<double>(a.tv_usec + b.tv_usec);
    };
    return both(usage.ru_utime, usage.ru_stime);
}

asio::awaitable<void> ask_often(net::http_transport& transport, std::string url, int times, int& answered) {
    for (int i = 0; i < times; ++i) {
        auto asked = exchange_bench::request(url);
        asked.headers = {{"Accept", "application/json"}, {"Authorization", "Bearer hf_0123456789"}};
        auto const answer = co_await transport.send(std::move(asked));
        answered += answer && answer->body.size() == 2000 ? 1 : 0;
    }
}

} // namespace

TEST_CASE("keep-alive exchanges per second and CPU per exchange", "[.bench]") {
    constexpr int lanes = 8;
    constexpr int each = 5'000;
    std::vector<std::pair<std::string, std::string>> headers;
    for (int i = 0; i < 14; ++i) {
        headers.emplace_back("X-Header-" + std::to_string(i), std::string(40, 'v'));
    }
    auto const page = plain_answer(200, std::string(2000, 'j'), headers);
    loopback_server server{certificate::good, [&page](loopback_request const&) { return page; }};
    exchange_bench bench;
    int answered = 0;
    std::vector<test::run_state> states(lanes);
    for (auto& state : states) {
        test::start_awaitable(
            bench.io, ask_often(*bench.transport, server.url("/api/models/a/b"), each, answered), state
        );
    }
    auto const before = std::chrono::steady_clock::now();
    auto const cpu_before = thread_cpu_microseconds();
    bench.io.run();
    auto const cpu = thread_cpu_microseconds() - cpu_before;
    std::chrono::duration<double> const took = std::chrono::steady_clock::now() - before;
    REQUIRE(answered == lanes * each);
    REQUIRE(server.accepted() <= lanes);
    std::cout << static_cast<int>(answered / took.count()) << " exchanges/s, " << cpu / answered
              << " us CPU each (client thread)\n";
}
