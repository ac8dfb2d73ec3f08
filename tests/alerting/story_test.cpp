#include "daemon/alerting/story.hpp"
#include "tests/support/catch.hpp"

#include <string>

using namespace modelwatch;
using namespace modelwatch::alerting;

namespace {

alert entry(std::string id, alert_kind kind, severity level, std::string watch, std::string commit) {
    alert out;
    out.id = std::move(id);
    out.what.kind = kind;
    out.what.level = level;
    out.what.commit = std::move(commit);
    out.watch_key = watch;
    out.repo = std::move(watch);
    return out;
}

/// The ids, story by story: "a b | c".
std::string told(std::vector<alert> const& alerts) {
    std::string out;
    for (auto const& one : stories_of(alerts)) {
        if (!out.empty()) out += " |";
        for (auto const* which : one.alerts)
            out += (out.empty() ? "" : " ") + which->id;
    }
    return out;
}

using enum alert_kind;
using enum severity;

} // namespace

TEST_CASE("one commit of one watch is one story, its integrity first whatever is graver", "[story]") {
    CHECK(
        told(
            {entry("stale", outdated, high, "a/b", "2"),
             entry("rights", license_changed, critical, "a/b", "2"),
             entry("bytes", weights_replaced, high, "a/b", "2")}
        ) == "bytes rights stale"
    );
}

TEST_CASE("other commits, other watches and other names are other stories", "[story]") {
    CHECK(
        told(
            {entry("one", weights_replaced, high, "a/b", "2"),
             entry("two", weights_replaced, high, "a/b", "3")}
        ) == "one | two"
    );
    CHECK(
        told(
            {entry("two", license_changed, high, "a/b", "2"), entry("one", weights_replaced, high, "c/d", "2")
            }
        ) == "one | two"
    );
    auto renamed = entry("two", weights_replaced, high, "a/b", "2");
    renamed.repo = "a/c";
    CHECK(told({entry("one", weights_replaced, high, "a/b", "2"), renamed}) == "one | two");
}

TEST_CASE(
    "an alert without a commit belongs to its watch's most pressing commit, else it is alone", "[story]"
) {
    CHECK(
        told(
            {entry("rule", policy_violation, high, "a/b", ""),
             entry("bytes", weights_replaced, high, "a/b", "2"),
             entry("older", commits_added, severity::info, "a/b", "1"),
             entry("blind", poll_failing, medium, "c/d", "")}
        ) == "bytes rule | blind | older"
    );
}

TEST_CASE("nothing to tell is no story", "[story]") {
    CHECK(stories_of({}).empty());
}
