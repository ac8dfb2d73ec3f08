#include "daemon/config/slot.hpp"
#include "tests/support/catch.hpp"

#include <vector>

using namespace modelwatch;
using namespace modelwatch::config;
using namespace std::chrono_literals;

namespace {

instant at(std::string const& text) {
    return from_rfc3339(text).value();
}

std::string next(char const* schedule, std::string const& zone, std::string const& after) {
    return to_rfc3339(next_slot(parse_schedule(schedule).value(), zone, at(after)));
}

/// All slots of a span, as a daemon that never sleeps would see them.
std::vector<std::string>
slots(char const* schedule, std::string const& zone, std::string const& from, std::string const& to) {
    std::vector<std::string> out;
    auto const how = parse_schedule(schedule).value();
    for (auto when = next_slot(how, zone, at(from)); when <= at(to); when = next_slot(how, zone, when))
        out.push_back(to_rfc3339(when));
    return out;
}

using list = std::vector<std::string>;

} // namespace

TEST_CASE("a weekly slot keeps its local hour when the clocks change", "[slot]") {
    CHECK(
        slots("Mon 09:00", "Europe/Berlin", "2026-10-18T00:00:00Z", "2026-11-03T00:00:00Z") ==
        list{"2026-10-19T07:00:00Z", "2026-10-26T08:00:00Z", "2026-11-02T08:00:00Z"}
    );
    CHECK(
        slots("Mon 09:00", "America/New_York", "2026-03-01T00:00:00Z", "2026-03-10T00:00:00Z") ==
        list{"2026-03-02T14:00:00Z", "2026-03-09T13:00:00Z"}
    );
    CHECK(next("Mon 09:00", "Asia/Kathmandu", "2026-11-22T00:00:00Z") == "2026-11-23T03:15:00Z");
}

TEST_CASE("a time that does not exist is the first instant after the gap", "[slot]") {
    // Berlin, 2026-03-29: 02:00 is 03:00.
    CHECK(
        slots("daily 02:30", "Europe/Berlin", "2026-03-28T00:00:00Z", "2026-03-30T12:00:00Z") ==
        list{"2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"}
    );
    // New York, 2026-03-08.
    CHECK(next("Sun 02:00", "America/New_York", "2026-03-07T12:00:00Z") == "2026-03-08T07:00:00Z");
    // Lord Howe, 2026-10-04: half an hour, 02:00 is 02:30.
    CHECK(
        slots("daily 02:15", "Australia/Lord_Howe", "2026-10-02T20:00:00Z", "2026-10-05T20:00:00Z") ==
        list{"2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z", "2026-10-05T15:15:00Z"}
    );
}

TEST_CASE("of a time that exists twice the first counts, and only that", "[slot]") {
    // Berlin, 2026-10-25: 02:30 at UTC+2, and again at UTC+1.
    CHECK(
        slots("daily 02:30", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z") ==
        list{"2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"}
    );
    // New York, 2026-11-01: 01:30 at UTC-4 first.
    CHECK(
        slots("daily 01:30", "America/New_York", "2026-10-31T12:00:00Z", "2026-11-02T12:00:00Z") ==
        list{"2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"}
    );
    // Lord Howe, 2026-04-05: 02:00 at UTC+11 is 01:30 at UTC+10:30, so 01:45 comes twice.
    CHECK(
        slots("daily 01:45", "Australia/Lord_Howe", "2026-04-04T00:00:00Z", "2026-04-06T00:00:00Z") ==
        list{"2026-04-04T14:45:00Z", "2026-04-05T15:15:00Z"}
    );
}

TEST_CASE("every zone has one slot per day over a year, whatever its clocks do", "[slot]") {
    auto const zone = GENERATE(
        as<std::string>{},
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
        "Pacific/Kiritimati",
        "America/St_Johns",
        "UTC"
    );
    for (auto const* const schedule :
         {"daily 00:00", "daily 01:30", "daily 02:15", "daily 02:30", "daily 23:59"}) {
        auto const all = slots(schedule, zone, "2026-01-01T12:00:00Z", "2027-01-01T12:00:00Z");
        CHECK(all.size() == 365);
        for (auto const& one : all) {
            auto const how = parse_schedule(schedule).value();
            CHECK(due_slot(how, zone, at(one) - 1s, at(one)) == at(one));
            CHECK_FALSE(due_slot(how, zone, at(one), at(one) + 1h));
        }
    }
}

TEST_CASE("a slot is due from its instant on, until it is taken", "[slot]") {
    auto const how = parse_schedule("Mon 09:00").value();
    auto const monday = at("2026-11-23T08:00:00Z");
    auto const before = monday - 24h;
    CHECK_FALSE(due_slot(how, "Europe/Berlin", before, monday - 1ms));
    CHECK(due_slot(how, "Europe/Berlin", before, monday) == monday);
    CHECK(due_slot(how, "Europe/Berlin", before, monday + 24h * 6) == monday);
    CHECK_FALSE(due_slot(how, "Europe/Berlin", monday, monday + 24h * 6));
}

TEST_CASE("of the slots of a fortnight's outage the last one is due", "[slot]") {
    auto const how = parse_schedule("Mon 09:00").value();
    auto const taken = at("2026-11-09T08:00:00Z");
    CHECK(due_slot(how, "Europe/Berlin", taken, at("2026-11-24T10:00:00Z")) == at("2026-11-23T08:00:00Z"));
    CHECK(
        due_slot(parse_schedule("daily 09:00").value(), "Europe/Berlin", taken, at("2026-11-24T07:00:00Z")) ==
        at("2026-11-23T08:00:00Z")
    );
}

TEST_CASE("a day that a zone leaves out has its slot at the beginning of the next", "[slot]") {
    // Samoa had no 2011-12-30.
    CHECK(
        slots("daily 09:00", "Pacific/Apia", "2011-12-29T12:00:00Z", "2012-01-01T00:00:00Z") ==
        list{"2011-12-29T19:00:00Z", "2011-12-30T10:00:00Z", "2011-12-30T19:00:00Z", "2011-12-31T19:00:00Z"}
    );
}

TEST_CASE("a zone that nobody knows is an error", "[slot]") {
    CHECK_THROWS(next("Mon 09:00", "Europe/Berln", "2026-11-22T00:00:00Z"));
}
