#include "daemon/alerting/silencing.hpp"
#include "tests/alerting/fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace alerting_test;

namespace {

silence with_labels(labels tags) {
    auto out = quiet_weights();
    out.repo = "*";
    out.kind = "*";
    out.tags = std::move(tags);
    return out;
}

} // namespace

TEST_CASE("a silence means what its repo, its kind and all its labels say", "[silence]") {
    alert entry;
    entry.repo = "a/b";
    entry.what.kind = alert_kind::weights_replaced;
    entry.tags = {{"env", "prod"}, {"team", "search"}};
    CHECK(means(quiet_weights(), entry));
    auto other = quiet_weights();
    other.repo = "b/*";
    CHECK_FALSE(means(other, entry));
    other = quiet_weights();
    other.kind = "license-*";
    CHECK_FALSE(means(other, entry));
    CHECK(means(with_labels({{"env", "prod"}, {"team", "search"}}), entry));
    CHECK_FALSE(means(with_labels({{"env", "prod"}, {"region", "eu"}}), entry));
    CHECK_FALSE(means(with_labels({{"env", "test"}}), entry));
}

TEST_CASE("an alert about the monitor is silenced by its kind, not by repos or labels", "[silence]") {
    alert entry;
    entry.watch_key = "hub/hub";
    entry.what.kind = alert_kind::hub_unreachable;
    auto by_kind = quiet_weights();
    by_kind.repo = "*";
    by_kind.kind = "hub-unreachable";
    CHECK(means(by_kind, entry));
    by_kind.repo = "a/*";
    CHECK_FALSE(means(by_kind, entry));
    CHECK_FALSE(means(with_labels({{"env", "prod"}}), entry));
}

TEST_CASE(
    "of several silences the one that lasts longest holds an alert, and only while in force", "[silence]"
) {
    alert entry;
    entry.repo = "a/b";
    entry.what.kind = alert_kind::weights_replaced;
    std::vector<silence> all{quiet_weights(), quiet_weights(noon + 5h), quiet_weights(noon + 9h)};
    all[2].ended_at = noon - 1min;
    CHECK(covering(all, entry, noon) == &all[1]);
    CHECK(covering(all, entry, noon + 5h) == nullptr);
}

TEST_CASE("what opens under a silence is kept back, and told when it ends", "[silence]") {
    desk d;
    d.silence_with(quiet_weights());
    auto const opened = d.judge({replaced({a_to_b})}, noon);
    CHECK(opened.tell.empty());
    CHECK(d.last().state == alert_state::silenced);
    CHECK_FALSE(d.last().needs_attention(noon));
    CHECK(d.judge({replaced({a_to_b})}, noon + 1h).empty());
    CHECK(d.wait(noon + 1h).empty());
    CHECK(d.last().needs_attention(noon + 2h)); // whether or not anybody has looked at the clock yet
    auto const ended = d.wait(noon + 2h);
    REQUIRE(ended.tell.size() == 1);
    CHECK(ended.tell[0].type == message_type::opened);
    CHECK(d.last().state == alert_state::open);
    CHECK(d.wait(noon + 2h).empty());
}

TEST_CASE("an alert that was told before its silence is not told again when that ends", "[silence]") {
    desk d;
    d.judge({replaced({a_to_b})}, noon - 2h);
    auto const silenced = d.silence_with(quiet_weights());
    REQUIRE(silenced.touched.size() == 1);
    CHECK(silenced.tell.empty());
    CHECK(d.last().state == alert_state::silenced);
    auto const ended = d.wait(noon + 2h);
    CHECK(ended.touched.size() == 1);
    CHECK(ended.tell.empty());
    CHECK(d.last().state == alert_state::open);
    CHECK_FALSE(d.last().hold);
}

TEST_CASE("news under a silence is kept back and told as an update when it ends", "[silence]") {
    desk d;
    d.judge({replaced({a_to_b})}, noon - 2h);
    d.silence_with(quiet_weights());
    CHECK(d.judge({replaced({a_to_c})}, noon).tell.empty());
    auto const ended = d.wait(noon + 2h);
    REQUIRE(ended.tell.size() == 1);
    CHECK(ended.tell[0].type == message_type::updated);
    CHECK(ended.touched[0].what.files[0].new_sha256 == "cc");
}

TEST_CASE("only what grows to critical breaks through a silence", "[silence]") {
    desk d;
    d.judge({replaced({a_to_b}, severity::medium)}, noon - 2h);
    d.silence_with(quiet_weights());
    CHECK(d.judge({replaced({a_to_b}, severity::high)}, noon).tell.empty());
    auto const loud = d.judge({replaced({a_to_b}, severity::critical)}, noon + 1min);
    REQUIRE(loud.tell.size() == 1);
    CHECK(loud.tell[0].type == message_type::updated);
    CHECK(d.last().state == alert_state::open);
    // It stays open: the silence does not take it back, neither with news nor with time.
    CHECK(d.judge({replaced({a_to_c}, severity::critical)}, noon + 2min).tell.size() == 1);
    CHECK(d.wait(noon + 3min).empty());
    CHECK(d.last().needs_attention(noon + 3min));
    // A newer one does.
    auto newer = quiet_weights(noon + 4h);
    newer.id = "silence-2";
    newer.created_at = noon + 5min;
    d.silence_with(newer);
    CHECK(d.last().state == alert_state::silenced);
    CHECK(d.judge({replaced({a_to_b, second}, severity::critical)}, noon + 10min).tell.empty());
}

TEST_CASE("what is critical from its beginning is silenced like anything else", "[silence]") {
    desk d;
    d.silence_with(quiet_weights());
    CHECK(d.judge({replaced({a_to_b}, severity::critical)}, noon).tell.empty());
    CHECK(d.last().state == alert_state::silenced);
}

TEST_CASE("an alert that broke through is not taken back by another silence of that time", "[silence]") {
    desk d;
    auto longer = quiet_weights(noon + 9h);
    longer.id = "silence-2";
    d.silence_with(quiet_weights());
    d.silence_with(longer);
    d.judge({replaced({a_to_b}, severity::high)}, noon);
    d.judge({replaced({a_to_b}, severity::critical)}, noon + 1min);
    d.silences[1].ended_at = noon + 2min;
    d.wait(noon + 2min);
    CHECK(d.last().state == alert_state::open);
    CHECK(d.judge({replaced({a_to_c}, severity::critical)}, noon + 3min).tell.size() == 1);
    d.wait(noon + 2h);
    CHECK_FALSE(d.last().hold);
}

TEST_CASE("when one silence of several ends, the next one holds the alert", "[silence]") {
    desk d;
    auto longer = quiet_weights(noon + 9h);
    longer.id = "silence-2";
    d.silence_with(quiet_weights());
    d.silence_with(longer);
    d.judge({replaced({a_to_b})}, noon);
    CHECK(d.last().hold->silence == "silence-2");
    d.silences[1].ended_at = noon + 1min;
    CHECK(d.wait(noon + 1min).tell.empty());
    CHECK(d.last().state == alert_state::silenced);
    CHECK(d.last().hold->silence == "silence-1");
}

TEST_CASE("what ends under a silence is told when that is over, if its beginning was", "[silence]") {
    desk told;
    told.judge({replaced({a_to_b})}, noon - 2h);
    told.silence_with(quiet_weights());
    CHECK(told.judge({}, noon).tell.empty());
    CHECK(told.last().state == alert_state::resolved);
    CHECK(told.wait(noon + 1h).empty());
    auto const late = told.wait(noon + 2h);
    REQUIRE(late.tell.size() == 1);
    CHECK(late.tell[0].type == message_type::resolved);
    CHECK(told.wait(noon + 3h).empty());

    desk untold;
    untold.silence_with(quiet_weights());
    untold.judge({replaced({a_to_b})}, noon);
    CHECK(untold.judge({}, noon + 1h).tell.empty());
    CHECK(untold.wait(noon + 2h).empty());
}

TEST_CASE("what opened quietly stays quiet after a silence", "[silence]") {
    desk d;
    auto everything = quiet_weights();
    everything.repo = "*";
    everything.kind = "*";
    auto seen = about({stale_for(400)});
    seen.first_sight = true;
    d.alerts = decide({}, seen, d.how, noon - 2h, counter()).touched;
    d.silence_with(everything);
    CHECK(d.last().state == alert_state::silenced);
    CHECK(d.wait(noon + 2h).tell.empty());
    CHECK(d.last().state == alert_state::open);
}

TEST_CASE("an acknowledged alert is left alone by a silence until it has news", "[silence]") {
    desk d;
    d.judge({replaced({a_to_b})}, noon - 2h);
    d.alerts[0].state = alert_state::acknowledged;
    d.silence_with(quiet_weights());
    CHECK(d.last().state == alert_state::acknowledged);
    CHECK(d.judge({replaced({a_to_c})}, noon).tell.empty());
    CHECK(d.last().state == alert_state::silenced);
    CHECK(d.wait(noon + 2h).tell.size() == 1);
}

TEST_CASE(
    "a silence that is over lets go only where it is told, not when another one is given", "[silence]"
) {
    desk d;
    d.silence_with(quiet_weights(noon + 1h));
    d.judge({replaced({a_to_b})}, noon);
    auto other = quiet_weights(noon + 9h);
    other.id = "silence-2";
    other.repo = "b/*";
    other.created_at = noon + 2h;
    CHECK(d.silence_with(other).empty());
    CHECK(d.wait(noon + 2h).tell.size() == 1);
}
