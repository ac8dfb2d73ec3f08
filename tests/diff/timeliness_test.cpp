#include "tests/diff/fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;
using namespace modelwatch::fixtures;
using namespace std::chrono_literals;

TEST_CASE("stale begins after stale_after and not before, at first sight too", "[stale]") {
    scene given{gemma()};
    given.target.stale_after = 24h * 180;
    auto const edge = *given.now.last_modified + 24h * 180;
    given.first_sight = GENERATE(false, true);
    given.when = edge;
    CHECK(given.kinds() == kind_list{});
    given.when = edge + 1ms;
    CHECK(given.kinds() == kind_list{"stale"});
    auto const found = given.find(alert_kind::stale).value();
    CHECK(found.subject == "main");
    CHECK(text_of(found.evidence, "last_modified") == "2024-08-07T18:25:49Z");
    auto const later = given.find(alert_kind::stale).value().summary;
    given.when += 24h * 30;
    CHECK(given.find(alert_kind::stale)->summary == later);
}

TEST_CASE("a model without a date is not called stale", "[stale][unknown]") {
    scene given{gemma()};
    given.target.stale_after = 24h;
    given.now.last_modified.reset();
    CHECK(given.kinds() == kind_list{});
}

TEST_CASE("next_time_condition is the instant at which compare answers differently", "[stale]") {
    scene given{gemma()};
    given.target.stale_after = 24h * 180;
    given.when = *given.now.last_modified;
    auto const next = diff::next_time_condition(given.target, given.now, given.when);
    REQUIRE(next);
    given.when = *next - 1ms;
    CHECK(given.kinds() == kind_list{});
    CHECK(diff::next_time_condition(given.target, given.now, given.when) == next);
    given.when = *next;
    CHECK(given.kinds() == kind_list{"stale"});
    CHECK_FALSE(diff::next_time_condition(given.target, given.now, given.when));
    given.now.last_modified.reset();
    CHECK_FALSE(diff::next_time_condition(given.target, given.now, at("1971-01-01T00:00:00Z")));
}

TEST_CASE("an absurd patience never overflows into staleness", "[stale]") {
    scene given{gemma()};
    for (auto const patience : {std::chrono::seconds::max(), 0s}) {
        given.target.stale_after = patience;
        CHECK(given.kinds() == kind_list{});
        CHECK_FALSE(diff::next_time_condition(given.target, given.now, given.when));
    }
}

TEST_CASE("a deployed commit behind upstream is outdated, by commits and days", "[outdated]") {
    scene given{gemma()};
    given.now.commit = commit('c');
    given.log = log_of({commit('c'), commit('b'), commit('a'), given.before.commit});
    given.target.deployed = "c5ebcd4";
    put(given.now, file("README.md", "new"));
    CHECK(given.kinds() == kind_list{"commits-added", "outdated"});
    auto const found = given.find(alert_kind::outdated).value();
    CHECK(found.evidence.at("commits_behind") == 3);
    CHECK(found.evidence.at("days_behind") == 3);
    CHECK(found.evidence.at("deployed_in_history").as_bool());
    CHECK_FALSE(found.evidence.at("touches_weights").as_bool()); // the deployed commit is the baseline
    CHECK(found.subject == "c5ebcd4");
}

TEST_CASE("a deployed commit that is upstream's, even shortened, is not outdated", "[outdated]") {
    scene given{gemma()};
    for (std::string const deployed : {"c5ebcd4", "C5EBCD40", "c5ebcd40d208330abc697524c919956e692655cf"}) {
        given.target.deployed = deployed;
        CHECK(given.kinds() == kind_list{});
    }
    for (std::string const unusable : {"", "c5ebc", "main"}) {
        given.target.deployed = unusable;
        CHECK(given.kinds() == kind_list{});
    }
}

TEST_CASE("outdated names the weights that differ where the deployed files are known", "[outdated]") {
    scene given{gemma()};
    given.first_sight = true;
    given.target.deployed = commit('9');
    given.deployed = given.now;
    given.deployed->commit = commit('9');
    given.deployed->files[4].sha256 = std::string(64, '1');
    given.deployed->last_modified = *given.now.last_modified - 24h * 10;
    auto const found = given.find(alert_kind::outdated).value();
    CHECK(found.evidence.at("touches_weights").as_bool());
    REQUIRE(found.files.size() == 1);
    CHECK(found.files[0].old_sha256 == std::string(64, '1'));
    CHECK(found.evidence.at("days_behind") == 10);
    CHECK(found.evidence.at("commits_behind").is_null());
}

TEST_CASE("what is not known of the deployed commit is said to be unknown", "[outdated][unknown]") {
    scene given{gemma()};
    given.target.deployed = commit('9');
    auto const found = given.find(alert_kind::outdated).value();
    CHECK(found.evidence.at("commits_behind").is_null());
    CHECK(found.evidence.at("days_behind").is_null());
    CHECK(found.evidence.at("touches_weights").is_null());
    CHECK(found.evidence.at("deployed_in_history").is_null());
    given.log = log_of({given.now.commit, commit('b')});
    auto const told = given.find(alert_kind::outdated).value();
    CHECK_FALSE(told.evidence.at("deployed_in_history").as_bool());
    CHECK(told.detail.find("not in the history") != std::string::npos);
}
