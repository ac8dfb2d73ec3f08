#include "daemon/model/time.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;
using namespace std::chrono_literals;

TEST_CASE("a time of the hub survives the way through text", "[model]") {
    auto const when = from_rfc3339("2024-08-07T18:25:49.000Z");
    REQUIRE(when);
    CHECK(to_rfc3339(*when) == "2024-08-07T18:25:49Z");
    CHECK(from_rfc3339("2024-08-07T20:25:49+02:00") == when);
    CHECK(from_rfc3339("2024-08-07T18:25:49.250Z") == *when + 250ms);
}

TEST_CASE("what is not a time is not guessed at", "[model]") {
    for (auto const* text :
         {"",
          "2024-08-07",
          "2024-02-30T00:00:00Z",
          "2024-08-07T25:00:00Z",
          "2024-08-07T18:25:49",
          "1969-12-31T23:59:59Z",
          "2024-08-07T18:25:49.Z",
          "2024-08-07 18:25:49Z"}) {
        CAPTURE(text);
        CHECK_FALSE(from_rfc3339(text));
    }
}

TEST_CASE("durations are a whole number and one unit", "[model]") {
    CHECK(parse_duration("90s") == 90s);
    CHECK(parse_duration("15m") == 15min);
    CHECK(parse_duration("180d") == 24h * 180);
    for (auto const* text :
         {"", "s", "15", "-1h", "1.5h", "1h30m", "+1h", "99999999999999999999s", "1y", "999999d"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_duration(text));
    }
    for (auto const* text : {"90s", "15m", "1h", "180d", "61s"})
        CHECK(to_duration_text(*parse_duration(text)) == text);
    CHECK(to_words(3 * 24h) == "3 days");
    CHECK(to_words(45s) == "45 seconds");
}
