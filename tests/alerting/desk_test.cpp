#include "tests/alerting/fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace alerting_test;

TEST_CASE("a change opens one alert and tells it once", "[alerting]") {
    auto const ids = counter();
    auto const seen = about({replaced({a_to_b})});
    auto const first = decide({}, seen, one_notifier(), noon, ids);
    REQUIRE(first.touched.size() == 1);
    CHECK(first.touched[0].state == alert_state::open);
    CHECK(first.touched[0].announced);
    REQUIRE(first.tell.size() == 1);
    CHECK(first.tell[0].type == message_type::opened);
    auto const again = decide(first.touched, seen, one_notifier(), noon + 1h, ids);
    CHECK(again.empty());
    CHECK(again.tell.empty());
}

TEST_CASE(
    "another file, another hash and a higher severity are news, a partial revert is not", "[alerting]"
) {
    auto const ids = counter();
    auto const first = decide({}, about({replaced({a_to_b})}), one_notifier(), noon, ids).touched;
    for (auto const& worse :
         {replaced({a_to_b, second}), replaced({a_to_c}), replaced({a_to_b}, severity::critical)}) {
        auto const out = decide(first, about({worse}), one_notifier(), noon + 1h, ids);
        REQUIRE(out.tell.size() == 1);
        CHECK(out.tell[0].type == message_type::updated);
        CHECK(out.touched[0].id == first[0].id);
    }
    auto const both = decide({}, about({replaced({a_to_b, second})}), one_notifier(), noon, ids).touched;
    auto const out = decide(both, about({replaced({second})}), one_notifier(), noon + 1h, ids);
    CHECK(out.touched.size() == 1);
    CHECK(out.tell.empty());
}

TEST_CASE("an age that grows by itself is kept but not told", "[alerting]") {
    auto const ids = counter();
    auto const first = decide({}, about({stale_for(181)}), one_notifier(), noon, ids).touched;
    auto const later = decide(first, about({stale_for(182)}), one_notifier(), noon + 24h, ids);
    CHECK(later.touched.size() == 1);
    CHECK(later.tell.empty());
}

TEST_CASE("undoing a change resolves its alert and says so", "[alerting]") {
    auto const ids = counter();
    auto const first = decide({}, about({replaced({a_to_b})}), one_notifier(), noon, ids).touched;
    auto const out = decide(first, about({}), one_notifier(), noon + 1h, ids);
    REQUIRE(out.touched.size() == 1);
    CHECK(out.touched[0].state == alert_state::resolved);
    CHECK(out.touched[0].resolved_at == noon + 1h);
    REQUIRE(out.tell.size() == 1);
    CHECK(out.tell[0].type == message_type::resolved);
    auto const reopened = decide(out.touched, about({replaced({a_to_b})}), one_notifier(), noon + 2h, ids);
    REQUIRE(reopened.touched.size() == 1);
    CHECK(reopened.touched[0].id != first[0].id);
}

TEST_CASE("a judgement resolves nothing that it cannot tell anything about", "[alerting]") {
    auto const ids = counter();
    auto const first = decide({}, about({replaced({a_to_b})}), one_notifier(), noon, ids).touched;
    auto blind = about({});
    blind.covers = [](alert_kind kind) { return kind == alert_kind::repo_missing; };
    CHECK(decide(first, blind, one_notifier(), noon + 1h, ids).empty());
}

TEST_CASE("standing conditions of the first poll open quietly unless they are critical", "[alerting]") {
    auto const ids = counter();
    auto seen = about({stale_for(400)});
    seen.first_sight = true;
    auto const quiet = decide({}, seen, one_notifier(), noon, ids);
    REQUIRE(quiet.touched.size() == 1);
    CHECK_FALSE(quiet.touched[0].announced);
    CHECK(quiet.tell.empty());
    CHECK(decide(quiet.touched, about({}), one_notifier(), noon + 1h, ids).tell.empty());
    seen.changes[0].level = severity::critical;
    CHECK(decide({}, seen, one_notifier(), noon, ids).tell.size() == 1);
    auto pinned = about({replaced({a_to_b})});
    pinned.first_sight = true;
    CHECK(decide({}, pinned, one_notifier(), noon, ids).tell.size() == 1);
}

TEST_CASE("an acknowledged alert speaks again only with news", "[alerting]") {
    auto const ids = counter();
    auto known = decide({}, about({replaced({a_to_b})}), one_notifier(), noon, ids).touched;
    known[0].state = alert_state::acknowledged;
    known[0].acknowledged_by = "ann";
    CHECK(decide(known, about({replaced({a_to_b})}), one_notifier(), noon + 1h, ids).empty());
    auto const news = decide(known, about({replaced({a_to_c})}), one_notifier(), noon + 1h, ids);
    REQUIRE(news.tell.size() == 1);
    CHECK(news.touched[0].state == alert_state::open);
}

TEST_CASE("a notifier gets what its severity, kinds and labels ask for", "[alerting]") {
    alert entry;
    entry.what = replaced({a_to_b});
    entry.tags = {{"env", "prod"}, {"team", "search"}};
    CHECK(notifier_rule{"n", severity::high, {"weights-*"}, {{"env", "prod"}}}.takes(entry));
    CHECK_FALSE(notifier_rule{"n", severity::critical, {"*"}, {}}.takes(entry));
    CHECK_FALSE(notifier_rule{"n", severity::info, {"license-*"}, {}}.takes(entry));
    CHECK_FALSE(notifier_rule{"n", severity::info, {"*"}, {{"env", "test"}}}.takes(entry));
    CHECK_FALSE(notifier_rule{"n", severity::info, {"*"}, {{"region", "eu"}}}.takes(entry));
    alert monitor;
    monitor.what.kind = alert_kind::hub_unreachable;
    monitor.what.level = severity::high;
    CHECK(notifier_rule{"n", severity::high, {"*"}, {{"env", "prod"}}}.takes(monitor));
}

TEST_CASE("the notifier that fails is not told of its own failure", "[alerting]") {
    rules const two{{{"mail", severity::info, {"*"}, {}}, {"slack", severity::info, {"*"}, {}}}, 24h};
    change failing;
    failing.kind = alert_kind::delivery_failing;
    failing.level = severity::high;
    auto seen = about({failing});
    seen.not_to = "slack";
    auto const out = decide({}, seen, two, noon, counter());
    REQUIRE(out.tell.size() == 1);
    CHECK(out.tell[0].notifier == "mail");
}

TEST_CASE("open alerts of high severity are repeated once per reminder interval", "[alerting]") {
    auto known = decide({}, about({replaced({a_to_b})}), one_notifier(), noon, counter()).touched;
    CHECK(pass_time(known, {}, one_notifier(), noon + 24h * 6).empty());
    auto const due = pass_time(known, {}, one_notifier(), noon + 24h * 7);
    REQUIRE(due.tell.size() == 1);
    CHECK(due.tell[0].type == message_type::reminder);
    CHECK(pass_time(due.touched, {}, one_notifier(), noon + 24h * 8).empty());
    known[0].state = alert_state::acknowledged;
    CHECK(pass_time(known, {}, one_notifier(), noon + 24h * 7).empty());
    known[0].state = alert_state::open;
    known[0].what.level = severity::medium;
    CHECK(pass_time(known, {}, one_notifier(), noon + 24h * 7).empty());
}

TEST_CASE("resolving by hand ends every alert that is given, with the reason", "[alerting]") {
    auto const known =
        decide({}, about({replaced({a_to_b}), stale_for(200)}), one_notifier(), noon, counter()).touched;
    auto const out = resolve(known, "accepted by ann: reviewed", one_notifier(), noon + 1h);
    CHECK(out.touched.size() == 2);
    CHECK(out.tell.size() == 2);
    for (auto const& entry : out.touched)
        CHECK(entry.resolution == "accepted by ann: reviewed");
}

TEST_CASE("an opening, news and an end are events, another wording is none", "[desk][events]") {
    auto const ids = counter();
    auto const how = one_notifier();
    auto stale = stale_for(181);
    auto seen = about({stale, replaced({a_to_b})});
    seen.first_sight = true; // quiet or not
    auto const first = decide({}, seen, how, noon, ids);
    CHECK(first.happened == std::vector<std::size_t>{0, 1});

    SECTION("the baseline that the first poll made is in the words of the second") {
        stale.baseline_commit = "c0ffee";
        auto const again = decide(first.touched, about({stale, replaced({a_to_b})}), how, noon + 1h, ids);
        CHECK(again.touched.size() == 1);
        CHECK(again.happened.empty());
    }
    SECTION("another file is news") {
        auto const more =
            decide(first.touched, about({stale, replaced({a_to_b, second})}), how, noon + 1h, ids);
        CHECK(more.happened == std::vector<std::size_t>{0});
    }
    SECTION("an end is one") {
        auto const ended = decide(first.touched, about({stale}), how, noon + 1h, ids);
        CHECK(ended.happened == std::vector<std::size_t>{0});
    }
    SECTION("what a silence let go has stood in the history since it opened") {
        auto held = first.touched[1];
        held.state = alert_state::silenced;
        held.untold = true;
        held.hold = silence_hold{};
        held.hold->until = noon;
        auto const told = pass_time(std::vector{held}, {}, how, noon + 1h);
        CHECK_FALSE(told.tell.empty());
        CHECK(told.happened.empty());
    }
}

TEST_CASE("every commit is a part of the history, although people are told once", "[desk][events]") {
    change commits;
    commits.kind = alert_kind::commits_added;
    commits.subject = "1 commit";
    commits.summary = "1 commit on main";
    commits.commit = "aa";
    auto const first = decide({}, about({commits}), one_notifier(), noon, counter());
    commits.subject = "2 commits";
    commits.commit = "bb";
    auto const later = decide(first.touched, about({commits}), one_notifier(), noon + 1h, counter());
    CHECK(later.tell.empty());
    CHECK(later.happened == std::vector<std::size_t>{0});
}

TEST_CASE("a later commit does not tell a changed license again", "[alerting]") {
    auto const ids = counter();
    change license;
    license.kind = alert_kind::license_changed;
    license.level = severity::high;
    license.subject = "mit → other";
    license.commit = std::string(40, 'b');
    license.evidence = {{"new_ids", json::array{"other"}}, {"committed", json::object{{"title", "one"}}}};
    auto const first = decide({}, about({license}), one_notifier(), noon, ids).touched;
    auto later = license;
    later.commit = std::string(40, 'c');
    later.evidence["committed"] = json::object{{"title", "two"}};
    auto const out = decide(first, about({later}), one_notifier(), noon + 1h, ids);
    CHECK(out.touched.size() == 1);
    CHECK(out.tell.empty());
    later.evidence["new_ids"] = json::array{"cc-by-nc-4.0"};
    CHECK(decide(first, about({later}), one_notifier(), noon + 1h, ids).tell.size() == 1);
}
