#include "daemon/metrics.hpp"
#include "tests/support/catch.hpp"

#include <set>
#include <sstream>

using namespace modelwatch;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

instant const noon = *from_rfc3339("2026-11-22T12:00:00Z");

present_state some_state() {
    present_state out;
    out.hubs["hub"] = {3, 1, 1'795'000'000};
    out.alerts[{"high", "open"}] = 2;
    out.messages[{"ops", "waiting"}] = 4;
    out.ratings["High"] = 1;
    out.staleness["outdated"] = 2;
    return out;
}

} // namespace

TEST_CASE("what happened is counted, what is there is shown", "[metrics]") {
    metrics all{"1.2.3", noon};
    all.poll_ended("hub", "unchanged", 20ms);
    all.poll_ended("hub", "unchanged", 20ms);
    all.attempt_ended("ops", "delivered", 100ms);
    all.request_answered(404);
    auto const text = all.text(some_state());
    CHECK_THAT(text, Contains("modelwatch_build_info{version=\"1.2.3\"} 1\n"));
    CHECK_THAT(text, Contains("modelwatch_polls_total{hub=\"hub\",outcome=\"unchanged\"} 2\n"));
    CHECK_THAT(text, Contains("modelwatch_poll_duration_seconds_count{hub=\"hub\"} 2\n"));
    CHECK_THAT(text, Contains("modelwatch_http_requests_total{code=\"404\"} 1\n"));
    CHECK_THAT(text, Contains("modelwatch_watches{hub=\"hub\"} 3\n"));
    CHECK_THAT(text, Contains("modelwatch_alerts{severity=\"high\",state=\"open\"} 2\n"));
    CHECK_THAT(text, Contains("modelwatch_models_by_rating{rating=\"High\"} 1\n"));
}

TEST_CASE("a number whose thing is gone is gone from the next answer", "[metrics]") {
    metrics all{"1.2.3", noon};
    CHECK_THAT(all.text(some_state()), Contains("modelwatch_alerts{"));
    CHECK_THAT(all.text({}), !Contains("modelwatch_alerts{"));
}

TEST_CASE("a failed reload shows, and the last good one keeps its time", "[metrics]") {
    metrics all{"1.2.3", noon};
    all.reloaded(false, noon + 1h);
    auto const text = all.text({});
    CHECK_THAT(text, Contains("modelwatch_config_last_reload_successful 0\n"));
    CHECK_THAT(text, Contains("modelwatch_config_last_reload_success_timestamp_seconds 1795348800"));
}

TEST_CASE("no family is described twice, and each has a help text", "[metrics]") {
    metrics all{"1.2.3", noon};
    all.poll_ended("hub", "failed", 1s);
    std::istringstream lines{all.text(some_state())};
    std::set<std::string> helped;
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("# HELP ")) continue;
        INFO(line);
        CHECK(helped.insert(line.substr(7, line.find(' ', 7) - 7)).second);
    }
    CHECK(helped.size() > 15);
}

TEST_CASE("label values of others cannot break a line", "[metrics]") {
    metrics all{"1.2.3", noon};
    all.poll_ended("a\"b\n\\c", "failed", 1s);
    CHECK_THAT(all.text({}), Contains("hub=\"a\\\"b\\n\\\\c\""));
}
