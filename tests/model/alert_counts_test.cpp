#include "daemon/model/alert_counts.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;
using namespace std::chrono_literals;

namespace {

instant const noon = *from_rfc3339("2026-11-22T12:00:00Z");

alert one(severity level, alert_state state = alert_state::open) {
    alert out;
    out.what.level = level;
    out.state = state;
    return out;
}

alert silenced(severity level, instant until) {
    auto out = one(level, alert_state::silenced);
    out.hold = silence_hold{"s", level, noon - 1h, until};
    return out;
}

std::string words(std::vector<alert> const& alerts) {
    return to_text(counts_of(alerts, noon), [](instant when) { return to_rfc3339(when).substr(0, 16); });
}

} // namespace

TEST_CASE("acknowledged and silenced alerts stay in every count", "[counts]") {
    using enum severity;
    auto const taken = alert_state::acknowledged;
    CHECK(words({}) == "none open");
    CHECK(words({one(high), one(low), one(critical, alert_state::resolved)}) == "2 open");
    CHECK(
        words({one(high), one(critical, taken), silenced(low, noon + 2h), silenced(critical, noon + 2h)}) ==
        "1 open, 1 acknowledged critical, 2 silenced until 2026-11-22T14:00"
    );
    CHECK(words({one(critical, taken)}) == "none open, 1 acknowledged critical");
    CHECK(
        words({one(low, taken), one(critical, taken), one(low, taken)}) ==
        "none open, 1 acknowledged critical, 2 acknowledged low"
    );
    CHECK(
        words({silenced(low, noon + 3h), silenced(low, noon + 2h)}) ==
        "none open, 2 silenced, the first until 2026-11-22T14:00"
    );
}

TEST_CASE(
    "what is over counts as open again: a silence that ended, an acknowledgement until then", "[counts]"
) {
    auto lapsed = one(severity::high, alert_state::acknowledged);
    lapsed.acknowledged_until = noon - 1h;
    auto const found = counts_of(std::vector{lapsed, silenced(severity::critical, noon)}, noon);
    CHECK(found.open == 2);
    CHECK(found.worst == severity::critical);
}

TEST_CASE("counts of several models add up", "[counts]") {
    auto sum = counts_of(std::vector{one(severity::low), silenced(severity::low, noon + 1h)}, noon);
    CHECK(alert_counts{}.empty());
    sum.add(counts_of(
        std::vector{
            one(severity::high),
            one(severity::low, alert_state::acknowledged),
            silenced(severity::low, noon + 2h)
        },
        noon
    ));
    CHECK(sum.worst == severity::high);
    CHECK(to_text(sum, [](instant when) {
              return to_rfc3339(when).substr(11, 5);
          }) == "2 open, 1 acknowledged low, 2 silenced, the first until 13:00");
    CHECK_FALSE(sum.empty());
}
