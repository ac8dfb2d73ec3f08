#include "daemon/accounts.hpp"
#include "daemon/hub_health.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;
using namespace std::chrono_literals;

namespace {

hub_health with_failing(int count) {
    hub_health out;
    for (int i = 0; i < count; ++i)
        out.note("hub", "w" + std::to_string(i), false);
    return out;
}

watch named(std::string repo, std::string account = {}) {
    watch out;
    out.repo = std::move(repo);
    out.from_account = std::move(account);
    return out;
}

} // namespace

TEST_CASE("a hub is down when at least five watches and more than half of all fail", "[monitor]") {
    CHECK_FALSE(with_failing(4).of("hub", 4).unreachable());
    CHECK(with_failing(5).of("hub", 5).unreachable());
    CHECK_FALSE(with_failing(5).of("hub", 10).unreachable());
    CHECK(with_failing(6).of("hub", 10).unreachable());
    CHECK_FALSE(with_failing(9).of("mirror", 10).unreachable());
}

TEST_CASE("a watch that answers again, or is watched no more, does not count", "[monitor]") {
    auto health = with_failing(5);
    health.note("hub", "w0", true);
    CHECK(health.of("hub", 5).failing == 4);
    health.keep({"w1", "w2"});
    CHECK(health.of("hub", 5).failing == 2);
}

TEST_CASE(
    "a hub that was down is up again when most of its watches have answered, not when nobody has asked",
    "[monitor]"
) {
    hub_health after_restart;
    CHECK(after_restart.of("hub", 8).still_unreachable());
    after_restart.note("hub", "w0", false);
    CHECK_FALSE(after_restart.of("hub", 8).unreachable());
    CHECK(after_restart.of("hub", 8).still_unreachable());
    for (int i = 0; i < 4; ++i)
        after_restart.note("hub", "w" + std::to_string(i), true);
    CHECK_FALSE(after_restart.of("hub", 8).still_unreachable());
}

TEST_CASE("failures of before the start count until the watch answers", "[monitor]") {
    hub_health health;
    for (int i = 0; i < 5; ++i)
        health.remember_failing("hub", "w" + std::to_string(i));
    CHECK(health.of("hub", 8).unreachable());
    health.note("hub", "w0", true);
    health.remember_failing("hub", "w0"); // a reload reads older rows
    CHECK_FALSE(health.of("hub", 8).unreachable());
}

TEST_CASE("a watch fails too long after more than three intervals", "[monitor]") {
    auto const now = *from_rfc3339("2026-11-22T12:00:00Z");
    CHECK_FALSE(fails_too_long({}, 1h, now));
    CHECK_FALSE(fails_too_long(now - 3h, 1h, now));
    CHECK(fails_too_long(now - 3h - 1s, 1h, now));
}

TEST_CASE("what the operator names goes before what an account brings in", "[accounts]") {
    auto pinned = named("acme/model");
    pinned.deployed = "c5ebcd40";
    auto const out = unique_watches(
        {named("acme/model", "acme"), named("acme/other", "acme"), pinned, named("acme/other", "acme")}
    );
    REQUIRE(out.size() == 2);
    CHECK(out[0].repo == "acme/other");
    CHECK(out[1].deployed == "c5ebcd40");
}
