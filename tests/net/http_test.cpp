#include "daemon/net/clock.hpp"
#include "daemon/net/http.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_awaitable.hpp"

#include <chrono>
#include <optional>

using namespace modelwatch;
using namespace std::chrono_literals;
using std::chrono::seconds;

TEST_CASE("Retry-After in seconds is taken as it is, up to a day", "[net]") {
    REQUIRE(net::parse_retry_after("120", 0) == 120s);
    REQUIRE(net::parse_retry_after(" 0 ", 0) == 0s);
    REQUIRE(net::parse_retry_after("86401", 0) == 86'400s);
    REQUIRE(net::parse_retry_after("99999999999999999999999999", 0) == 86'400s);
}

TEST_CASE("Retry-After as a date counts from now, in all three forms of HTTP dates", "[net]") {
    constexpr std::int64_t moment = 784'111'777; // Sun, 06 Nov 1994 08:49:37 GMT
    REQUIRE(net::parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", moment - 90) == 90s);
    REQUIRE(net::parse_retry_after("Sunday, 06-Nov-94 08:49:37 GMT", moment - 90) == 90s);
    REQUIRE(net::parse_retry_after("Sun Nov  6 08:49:37 1994", moment - 90) == 90s);
    REQUIRE(net::parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", moment + 5) == 0s);
    REQUIRE(net::parse_retry_after("Sun, 06 Nov 2094 08:49:37 GMT", moment) == 86'400s);
}

TEST_CASE("a Retry-After that is neither is not guessed at", "[net]") {
    for (auto const* text :
         {"",
          "soon",
          "-5",
          "1.5",
          "12 s",
          "Sun, 31 Feb 2027 08:00:00 GMT",
          "Sun, 06 Nov 1994 25:49:37 GMT",
          "Sun, 06 Nov 1994 08:49:37 CET",
          "Sun, 06 Nov 1994 08:49",
          "Sun, "}) {
        CAPTURE(text);
        REQUIRE(net::parse_retry_after(text, 0) == std::nullopt);
    }
}

TEST_CASE("headers of an answer are found whatever their case, the first one wins", "[net]") {
    net::http_response answer;
    answer.headers = {{"ETag", "\"a\""}, {"etag", "\"b\""}, {"Empty", ""}};
    REQUIRE(answer.header("etag") == "\"a\"");
    REQUIRE(answer.header("X-None").empty());
    REQUIRE(answer.has("EMPTY"));
    REQUIRE_FALSE(answer.has("X-None"));
}

TEST_CASE("the system clock sleeps on its caller's executor and tells the time to the millisecond", "[net]") {
    asio::io_context io;
    net::system_clock time;
    auto const before = time.steady_now();
    test::run_awaitable(io, time.sleep_until(before + 20ms));
    REQUIRE(time.steady_now() - before >= 20ms);
    auto const drift = time.now() - std::chrono::system_clock::now();
    REQUIRE(std::chrono::abs(drift) < 1s);
}
