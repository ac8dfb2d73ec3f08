#include "daemon/alert_view.hpp"
#include "tests/support/catch.hpp"

#include <boost/json/serialize.hpp>

using namespace modelwatch;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

instant const noon = *from_rfc3339("2026-11-22T12:00:00Z");

alert one(alert_kind kind, severity level, json::value affected = nullptr) {
    alert out;
    out.id = "id-" + std::string{to_string(kind)};
    out.repo = "acme/model";
    out.what.kind = kind;
    out.what.level = level;
    out.what.summary = "what happened";
    out.what.evidence["deployed_affected"] = std::move(affected);
    out.opened_at = noon - 3h;
    return out;
}

json::object status(std::string_view deployed, std::string_view env = "prod") {
    return {
        {"repo", "acme/model"},
        {"revision", "main"},
        {"deployed_commit", deployed.empty() ? json::value(nullptr) : json::value(deployed)},
        {"last_success_at", "2026-11-22T11:00:00Z"},
        {"last_error", nullptr},
        {"labels", json::object{{"env", env}}}
    };
}

std::string part(json::object const& answers, std::string_view name) {
    return std::string{answers.at(name).as_object().at("text").as_string()};
}

std::string production(json::object const& of, std::vector<alert> const& active) {
    return part(views::first_answers(of, active, noon), "production");
}

} // namespace

TEST_CASE(
    "whether production is affected is said by what is known of its bytes, never guessed", "[answers]"
) {
    using enum alert_kind;
    auto const pin = std::string(40, 'c');
    auto const high = severity::high;

    struct row {
        std::string_view what;
        json::object of;
        std::vector<alert> active;
        std::string_view begins;
    };

    std::vector<row> const rows{
        {"pinned, the branch moved",
         status(pin),
         {one(weights_replaced, high, false)},
         "No: production is pinned to cccccccc"},
        {"it holds the bytes", status(pin), {one(weights_replaced, high, true)}, "Yes: production has it"},
        {"a deployed copy drifted",
         status(pin),
         {one(deployed_drift, high)},
         "Yes: production has it (deployed-drift)"},
        {"one is told, one is not",
         status(pin),
         {one(weights_replaced, high, false), one(hub_scan_flagged, high)},
         "Not known"},
        {"one is told, one is worse",
         status(pin),
         {one(weights_replaced, high, false), one(unsafe_content, high, true)},
         "Yes"},
        {"nothing says what runs", status(""), {one(weights_replaced, high)}, "Assume yes"},
        {"nothing says what runs, and nothing is wrong", status(""), {}, "Nothing says which commit runs"},
        {"time only", status(pin), {one(outdated, severity::medium)}, "No alert is about the bytes that run"},
        {"not production",
         status(pin, "dev"),
         {one(weights_replaced, high, true)},
         "Yes: what runs (env=dev) has it"},
    };
    for (auto const& [what, of, active, begins] : rows) {
        CAPTURE(what);
        CHECK_THAT(production(of, active), StartsWith(std::string{begins}));
    }
}

TEST_CASE("what is wrong is the alert that is said first, also when somebody holds it back", "[answers]") {
    auto held = one(alert_kind::weights_replaced, severity::high);
    held.state = alert_state::acknowledged;
    auto const active = views::in_order({one(alert_kind::outdated, severity::critical), held});
    auto const found = views::first_answers(status(""), active, noon);
    CHECK(found.at("wrong").as_object().at("kind").as_string() == "weights-replaced");
    CHECK(found.at("note").as_string() == "(acknowledged)");
    CHECK(found.at("now").as_string() == std::string{info(alert_kind::weights_replaced).action});
}

TEST_CASE("what could not be seen is not well", "[answers]") {
    auto of = status("");
    CHECK_THAT(part(views::first_answers(of, {}, noon), "wrong"), StartsWith("Nothing that is known"));
    of["last_error"] = "503";
    CHECK_THAT(
        part(views::first_answers(of, {}, noon), "wrong"), StartsWith("Not known: the last poll failed")
    );
    std::vector const active{one(alert_kind::stale, severity::medium)};
    auto const stale = views::first_answers(of, active, noon);
    CHECK_THAT(std::string{stale.at("note").as_string()}, Contains("as of 2026-11-22 11:00 UTC"));
    of["last_success_at"] = nullptr;
    CHECK_THAT(
        part(views::first_answers(of, {}, noon), "wrong"), StartsWith("Not known: there was no good poll")
    );
}

TEST_CASE("a shown alert has its age and three steps, and one that is over has none", "[answers]") {
    std::vector alerts{
        one(alert_kind::weights_replaced, severity::high), one(alert_kind::stale, severity::low)
    };
    alerts[1].state = alert_state::resolved;
    auto const shown = views::shown_alerts(alerts, noon);
    CHECK(shown.at(0).at("age").as_string() == "3 hours");
    CHECK(shown.at(0).at("place").as_string() == "acme/model");
    CHECK(shown.at(0).at("steps").as_array().size() == 3);
    CHECK_FALSE(shown.at(1).as_object().contains("steps"));
}
