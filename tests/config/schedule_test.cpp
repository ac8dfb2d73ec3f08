#include "daemon/config/schedule.hpp"
#include "tests/support/catch.hpp"

using modelwatch::config::parse_schedule;
using modelwatch::config::to_text;

TEST_CASE("a schedule reads days and a time and is shown from Monday to Sunday", "[config]") {
    struct row {
        char const* given;
        char const* shown;
    };

    auto const row_ = GENERATE(values<row>({
        {"Mon 09:00", "Mon 09:00"},
        {"Mon,Thu 09:00", "Mon,Thu 09:00"},
        {"Thu,Mon 09:00", "Mon,Thu 09:00"},
        {"sun,MON 23:59", "Mon,Sun 23:59"},
        {"daily 00:00", "daily 00:00"},
        {"Mon,Tue,Wed,Thu,Fri,Sat,Sun 07:05", "daily 07:05"},
    }));
    auto const parsed = parse_schedule(row_.given);
    REQUIRE(parsed.has_value());
    CHECK(to_text(*parsed) == row_.shown);
    CHECK(parse_schedule(row_.shown) == parsed);
}

TEST_CASE("a schedule knows its days and its minute of the day", "[config]") {
    auto const parsed = parse_schedule("Sat,Sun 10:30");
    REQUIRE(parsed.has_value());
    CHECK(parsed->on(std::chrono::Saturday));
    CHECK(parsed->on(std::chrono::Sunday));
    CHECK_FALSE(parsed->on(std::chrono::Monday));
    CHECK(parsed->at == std::chrono::minutes{630});
}

TEST_CASE("what is no day and time is no schedule", "[config]") {
    auto const text = GENERATE(
        as<std::string>{},
        "",
        " ",
        "Mon",
        "09:00",
        "Mon 9:00",
        "Mon 24:00",
        "Mon 09:60",
        "Mon 09-00",
        "Mon  09:00",
        "Mon, 09:00",
        ",Mon 09:00",
        "Mon-Fri 09:00",
        "Monday 09:00",
        "daily,Mon 09:00",
        "Mon 09:00 ",
        "Mon -1:00",
        "* 09:00"
    );
    CHECK_FALSE(parse_schedule(text).has_value());
}
