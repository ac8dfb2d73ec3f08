#include "daemon/hub/clock_check.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t noon = 1'777'464'000; // Wed, 29 Apr 2026 12:00:00 GMT
constexpr auto date = "Wed, 29 Apr 2026 12:00:00 GMT";

} // namespace

TEST_CASE("a clock within a few minutes of the hub's is right", "[clock]") {
    hub::clock_check check;
    for (auto const now : {noon, noon + 290, noon - 290})
        check.heard(date, "", now);
    CHECK(check.take_news() == 0s);
    CHECK_FALSE(check.take_news());
}

TEST_CASE("a wrong clock is news once, after two answers that agree", "[clock]") {
    auto const [now, ahead] = GENERATE(table<std::int64_t, std::int64_t>({
        {noon + 3600, 3600},
        {noon - 7200, -7200},
        {noon + 301, 301},
        {noon + 40 * 86'400, 40 * 86'400},
    }));
    hub::clock_check check;
    check.heard(date, "", now);
    CHECK_FALSE(check.take_news());
    check.heard(date, "", now + 2);
    REQUIRE(check.take_news() == std::chrono::seconds{ahead + 2});
    for (int i = 0; i < 5; ++i)
        check.heard(date, "", now + i);
    CHECK_FALSE(check.take_news());
    check.heard(date, "", noon); // somebody has set it
    CHECK(check.take_news() == 0s);
}

TEST_CASE("an old answer out of a cache is no sign of a wrong clock", "[clock]") {
    hub::clock_check check;
    check.heard(date, "", noon + 5000); // a cache that does not say how old it is
    check.heard(date, "", noon + 9000); // …still the same answer, so the difference moves
    CHECK_FALSE(check.take_news());
    check.heard(date, "9000", noon + 9000);
    CHECK(check.take_news() == 0s);
}

TEST_CASE("what is no date says nothing", "[clock]") {
    hub::clock_check check;
    for (auto const* text : {"", "yesterday", "0", "Wed, 99 Apr 2026 12:00:00 GMT"}) {
        check.heard(text, "", noon);
        check.heard(text, "-1", noon);
    }
    check.heard("", "99999999999999999999", noon);
    CHECK_FALSE(check.take_news());
}
