#include "daemon/notify/message_text.hpp"
#include "daemon/notify/safe_text.hpp"
#include "tests/notify/sample_alerts.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;
using namespace modelwatch::test;
using Catch::Matchers::Contains;

namespace {

message about(json::object evidence) {
    auto what = sample_message();
    what.alerts[0].what.evidence = std::move(evidence);
    return what;
}

} // namespace

TEST_CASE(
    "the subject says how bad, what, where, whether production is affected and which labels", "[notify]"
) {
    CHECK(
        notify::subject_line(about({{"deployed_affected", true}}), 200) ==
        "[HIGH] tiiuae/falcon-7b: weights replaced (model-00001-of-00002.safetensors), production AFFECTED "
        "[env=prod]"
    );
    CHECK_THAT(
        notify::subject_line(about({{"deployed_affected", false}}), 200),
        Contains(", production not affected [env=prod]")
    );
    CHECK_THAT(notify::subject_line(about({}), 200), !Contains("production"));
    auto resolved = about({{"deployed_affected", true}});
    resolved.type = message_type::resolved;
    CHECK_THAT(notify::subject_line(resolved, 200), !Contains("production"));
}

TEST_CASE("a group's subject says that production is affected when one of its alerts does", "[notify]") {
    auto group = sample_message({sample_alert(), sample_alert()});
    group.alerts[1].what.evidence = {{"deployed_affected", true}};
    CHECK_THAT(notify::subject_line(group, 200), Contains(", production AFFECTED"));
    group.alerts[1].what.evidence = {{"deployed_affected", false}};
    CHECK_THAT(
        notify::subject_line(group, 200), !Contains("production")
    ); // of the other one nothing is known
    group.alerts[0].what.evidence = {{"deployed_affected", false}};
    CHECK_THAT(notify::subject_line(group, 200), Contains(", production not affected"));
}

TEST_CASE("a long file name gives way to the answer about production and to the labels", "[notify]") {
    auto what = about({{"deployed_affected", true}});
    what.alerts[0].what.subject = std::string(300, 'f');
    auto const subject = notify::subject_line(what, 120);
    CHECK(subject.size() <= 120);
    CHECK(subject.ends_with("…, production AFFECTED [env=prod]"));
}

TEST_CASE("a change of the rating is told, and only a change", "[notify]") {
    auto const rating = [](json::object evidence) {
        auto const what = about(std::move(evidence));
        return notify::describe(what.alerts[0], what, 1).rating;
    };
    CHECK(rating({{"rating_before", "Medium"}, {"rating_after", "High"}}) == "Medium -> High");
    CHECK(rating({{"rating_before", "High"}, {"rating_after", "High"}}).empty());
    CHECK(rating({{"rating_after", "High"}}) == "High (not known before)");
    CHECK(rating({}).empty());
    auto const text = notify::plain_text(about({{"rating_before", "Medium"}, {"rating_after", "High"}}));
    CHECK_THAT(text, Contains("\nRating: Medium -> High\nDo now: "));
}

TEST_CASE("deployed copies that drifted are production that is affected", "[notify]") {
    auto what = sample_message();
    what.alerts[0].what.kind = alert_kind::deployed_drift;
    CHECK_THAT(notify::subject_line(what, 200), Contains("production AFFECTED"));
    CHECK_THAT(notify::plain_text(what), Contains("Production runs it: a deployed copy holds other bytes"));
}

TEST_CASE("times are told in the reader's zone, summer and winter", "[notify]") {
    auto const winter = at("2026-11-22T23:30:00Z");
    CHECK(notify::for_people(winter) == "2026-11-22 23:30 UTC");
    CHECK(notify::for_people(winter, "Europe/Berlin") == "2026-11-23 00:30 CET");
    CHECK(notify::for_people(at("2026-07-01T12:00:59Z"), "Europe/Berlin") == "2026-07-01 14:00 CEST");
    CHECK(notify::for_people(winter, "Asia/Kolkata") == "2026-11-23 05:00 IST");
    CHECK(notify::for_people(winter, "No/Where") == "2026-11-22 23:30 UTC");
}
