#include "daemon/alerting/precedence.hpp"
#include "tests/alerting/fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace alerting_test;

namespace {

std::string const head(40, '2');

change made(alert_kind kind, severity level, std::string commit = head) {
    change what;
    what.kind = kind;
    what.level = level;
    what.commit = std::move(commit);
    return what;
}

alert entry(alert_kind kind, severity level, std::string id, std::chrono::minutes age = 0min) {
    alert out;
    out.id = std::move(id);
    out.what = made(kind, level);
    out.opened_at = noon - age;
    return out;
}

std::vector<std::string> order_of(std::vector<alert> alerts) {
    std::sort(alerts.begin(), alerts.end(), said_before);
    std::vector<std::string> out;
    for (auto const& one : alerts)
        out.push_back(one.id);
    return out;
}

change outdated() {
    return made(alert_kind::outdated, severity::medium);
}

} // namespace

TEST_CASE("integrity is said before rights, rights before standing, standing before time", "[precedence]") {
    using enum alert_kind;
    CHECK(
        order_of(
            {entry(outdated, severity::critical, "time"),
             entry(commits_added, severity::critical, "news"),
             entry(policy_violation, severity::critical, "standing"),
             entry(license_changed, severity::critical, "rights"),
             entry(template_changed, severity::medium, "integrity")}
        ) == std::vector<std::string>{"integrity", "rights", "standing", "time", "news"}
    );
}

TEST_CASE("among equals severity comes first, then what is open for longer, then the id", "[precedence]") {
    using enum alert_kind;
    CHECK(
        order_of(
            {entry(weights_replaced, severity::high, "young"),
             entry(code_added, severity::high, "b-old", 5min),
             entry(history_rewritten, severity::high, "a-old", 5min),
             entry(weights_removed, severity::critical, "grave")}
        ) == std::vector<std::string>{"grave", "a-old", "b-old", "young"}
    );
}

TEST_CASE("an integrity finding below medium does not push a lost license down", "[precedence]") {
    using enum alert_kind;
    CHECK(
        order_of(
            {entry(weights_added, severity::low, "minor"), entry(license_changed, severity::high, "license")}
        ) == std::vector<std::string>{"license", "minor"}
    );
}

TEST_CASE("no advice leads to a commit with an open integrity finding", "[advice]") {
    for (auto const& row : alert_kinds()) {
        auto const about = precedence_of(row.kind);
        bool const forbids = about == precedence::integrity && row.kind != alert_kind::deployed_drift;
        std::vector<change> changes{outdated(), made(row.kind, severity::high)};
        if (row.kind == alert_kind::outdated) continue;
        withhold_advice(changes, {});
        CAPTURE(row.name);
        CHECK(
            changes[0].action.starts_with("Do not roll out 22222222: see alert " + std::string{row.name}) ==
            forbids
        );
        CHECK(changes[0].action.empty() == !forbids);
    }
}

TEST_CASE("the advice names the alert: at once where it is new, the same afterwards", "[advice]") {
    auto seen = about({outdated(), replaced({a_to_b})});
    withhold_advice(seen.changes, {});
    auto first = decide({}, seen, one_notifier(), noon, counter());
    withhold_advice(first.touched, {});
    CHECK(first.touched[0].what.action == "Do not roll out 22222222: see alert id-2 (weights-replaced).");

    auto again = about({outdated(), replaced({a_to_b})});
    withhold_advice(again.changes, first.touched);
    CHECK(decide(first.touched, again, one_notifier(), noon + 1h, counter()).empty());
}

TEST_CASE(
    "a finding that this round does not speak of counts while it is open, about its own commit", "[advice]"
) {
    auto open = entry(alert_kind::unsafe_content, severity::critical, "found-inside");
    SECTION("about this head") {
        std::vector<change> changes{outdated()};
        withhold_advice(changes, std::vector{open});
        CHECK_THAT(changes[0].action, Catch::Contains("found-inside"));
    }
    SECTION("about another head") {
        open.what.commit = std::string(40, '3');
        std::vector<change> changes{outdated()};
        withhold_advice(changes, std::vector{open});
        CHECK(changes[0].action.empty());
    }
    SECTION("resolved") {
        open.state = alert_state::resolved;
        std::vector<change> changes{outdated()};
        withhold_advice(changes, std::vector{open});
        CHECK(changes[0].action.empty());
    }
}

TEST_CASE("of several findings the gravest is named", "[advice]") {
    std::vector<change> changes{
        outdated(),
        made(alert_kind::template_changed, severity::medium),
        made(alert_kind::code_added, severity::critical)
    };
    withhold_advice(changes, {});
    CHECK_THAT(changes[0].action, Catch::Contains("code-added"));
}
