#include "tests/alerting/fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace alerting_test;

namespace {

/// Opens and undoes the same change; gives how many messages that made.
std::size_t flip(desk& d, instant now, file_evidence const& file = a_to_b) {
    auto const opened = d.judge({replaced({file})}, now);
    auto const closed = d.judge({}, now + 1min);
    return opened.tell.size() + closed.tell.size();
}

} // namespace

TEST_CASE(
    "an acknowledgement with an end is over when that comes, and the alert is told once more", "[time]"
) {
    desk d;
    d.judge({replaced({a_to_b}, severity::medium)}, noon);
    d.alerts[0].state = alert_state::acknowledged;
    d.alerts[0].acknowledged_by = "ann";
    d.alerts[0].acknowledged_until = noon + 2h;
    CHECK(d.wait(noon + 1h).empty());
    auto const lapsed = d.wait(noon + 2h);
    REQUIRE(lapsed.tell.size() == 1);
    CHECK(lapsed.tell[0].type == message_type::reminder);
    CHECK(d.last().state == alert_state::open);
    CHECK(d.last().acknowledged_by == "ann");
    CHECK(d.wait(noon + 2h).empty());
    CHECK(d.wait(noon + 24h * 30).empty()); // medium: no reminders
}

TEST_CASE("an acknowledgement that ends under a silence waits for the end of that", "[time]") {
    desk d;
    d.judge({replaced({a_to_b})}, noon - 2h);
    d.alerts[0].state = alert_state::acknowledged;
    d.alerts[0].acknowledged_until = noon + 1h;
    d.silence_with(quiet_weights());
    CHECK(d.wait(noon + 1h).tell.empty());
    CHECK(d.last().state == alert_state::silenced);
    CHECK(d.wait(noon + 2h).tell.size() == 1);
}

TEST_CASE("a silenced alert is not reminded of", "[time]") {
    desk d;
    d.judge({replaced({a_to_b})}, noon - 2h);
    d.silence_with(quiet_weights(noon + 24h * 30));
    CHECK(d.wait(noon + 24h * 8).empty());
    d.wait(noon + 24h * 30);
    CHECK(d.wait(noon + 24h * 30 + 1h).tell.size() == 1); // long overdue by then
}

TEST_CASE("a reminder that nobody takes any more is not tried again every minute", "[time]") {
    desk d;
    d.judge({replaced({a_to_b})}, noon);
    d.how.notifiers[0].kinds = {"license-*"};
    CHECK(d.wait(noon + 24h * 7).tell.empty());
    CHECK(d.wait(noon + 24h * 7 + 1min).empty());
}

TEST_CASE("a notifier is not reminded of its own failure", "[time]") {
    desk d;
    d.how.notifiers.push_back({"slack", severity::info, {"*"}, {}});
    change failing;
    failing.kind = alert_kind::delivery_failing;
    failing.level = severity::high;
    auto seen = about({failing});
    seen.watch_key = "notifier/slack";
    seen.repo.clear();
    d.alerts = decide({}, seen, d.how, noon, counter()).touched;
    auto const due = d.wait(noon + 24h * 7);
    REQUIRE(due.tell.size() == 1);
    CHECK(due.tell[0].notifier == "ops");
}

TEST_CASE("what comes and goes is told twice and then at most once an hour", "[time]") {
    desk d;
    CHECK(flip(d, noon) == 2);
    CHECK(flip(d, noon + 10min) == 2);
    CHECK(flip(d, noon + 20min) == 1); // the third opening; its end is not believed yet
    CHECK(d.last().flapping());
    CHECK(d.last().state == alert_state::open);
    for (int i = 3; i < 100; ++i)
        CHECK(flip(d, noon + 10min * i) == 0);
    CHECK(d.wait(noon + 10min * 99 + 30min).empty());
    auto const calm = d.wait(noon + 10min * 99 + 1min + 1h);
    REQUIRE(calm.tell.size() == 1);
    CHECK(calm.tell[0].type == message_type::resolved);
    CHECK(d.alerts.size() == 3);
}

TEST_CASE("what is new about something that flaps is told at once", "[time]") {
    desk d;
    flip(d, noon);
    flip(d, noon + 10min);
    flip(d, noon + 20min);
    auto const other = d.judge({replaced({a_to_c})}, noon + 30min);
    REQUIRE(other.tell.size() == 1);
    CHECK(other.tell[0].type == message_type::updated);
    CHECK(d.judge({replaced({a_to_c}, severity::critical)}, noon + 31min).tell.size() == 1);
}

TEST_CASE("what ended because a person decided so does not count as flapping, and ends at once", "[time]") {
    desk d;
    for (int i = 0; i < 5; ++i) {
        d.judge({replaced({a_to_b})}, noon + 1h * i);
        d.alerts.back() =
            resolve({&d.alerts.back(), 1}, "by ann: seen", d.how, noon + 1h * i + 1min).touched[0];
    }
    d.judge({replaced({a_to_b})}, noon + 6h);
    CHECK_FALSE(d.last().flapping());

    desk f;
    flip(f, noon);
    flip(f, noon + 10min);
    f.judge({replaced({a_to_b})}, noon + 20min);
    REQUIRE(f.last().flapping());
    auto accepted = about({});
    accepted.by_person = true;
    auto const out = decide(f.alerts, accepted, f.how, noon + 21min, counter());
    REQUIRE(out.tell.size() == 1);
    CHECK(out.tell[0].type == message_type::resolved);
}

TEST_CASE("openings of more than a day ago are forgotten", "[time]") {
    desk d;
    for (int day = 0; day < 10; ++day)
        CHECK(flip(d, noon + 25h * day) == 2);
}

TEST_CASE("what a silence kept back and is away when that ends is told if it comes back", "[time]") {
    desk d;
    flip(d, noon - 3h);
    flip(d, noon - 2h);
    auto quiet = quiet_weights(noon + 10min);
    quiet.created_at = noon - 1h;
    d.silence_with(quiet);
    flip(d, noon); // the third opening, under the silence: flapping, away
    CHECK(d.last().flapping());
    CHECK(d.wait(noon + 10min).tell.empty());
    CHECK(d.last().state == alert_state::open);
    auto const back = d.judge({replaced({a_to_b})}, noon + 20min);
    REQUIRE(back.tell.size() == 1);
    CHECK(back.tell[0].type == message_type::opened);
    CHECK(d.judge({replaced({a_to_b})}, noon + 21min).empty());
}

TEST_CASE("the same moment passes only once", "[time]") {
    desk d;
    d.judge({replaced({a_to_b})}, noon - 2h);
    d.silence_with(quiet_weights());
    d.judge({replaced({a_to_c})}, noon);
    for (auto const when : {noon + 2h, noon + 24h * 8}) {
        d.wait(when);
        CHECK(d.wait(when).empty());
    }
}
