#include "daemon/alerting/digest.hpp"
#include "daemon/model/json_read.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

using namespace modelwatch;
using namespace modelwatch::alerting;
using namespace std::chrono_literals;

namespace {

instant const monday = *from_rfc3339("2026-11-23T08:00:00Z");

digest_model model(std::string repo, std::string staleness, double score) {
    digest_model out;
    out.repo = std::move(repo);
    out.revision = "main";
    out.staleness = std::move(staleness);
    out.rating = "Medium";
    out.score = score;
    out.deployed = std::string(40, 'a');
    out.upstream = std::string(40, 'a');
    out.last_success_at = monday - 1h;
    return out;
}

alert open_alert(severity level, alert_state state = alert_state::open) {
    alert out;
    out.id = "id-" + std::string{to_string(level)};
    out.watch_key = "hub/a/b@main";
    out.repo = "a/b";
    out.state = state;
    out.what.kind = alert_kind::weights_replaced;
    out.what.level = level;
    out.what.summary = "the weights changed";
    out.opened_at = monday - 48h;
    return out;
}

digest_input with(std::vector<digest_model> models) {
    digest_input out;
    out.now = monday;
    out.since = monday - 24h * 7;
    out.models = std::move(models);
    return out;
}

json::object const* section_of(json::object const& digest, std::string_view id) {
    for (auto const& one : digest.at("sections").as_array()) {
        if (text_of(one.as_object(), "id") == id) return &one.as_object();
    }
    return nullptr;
}

std::vector<std::string> column(json::object const& section, std::size_t index) {
    std::vector<std::string> out;
    for (auto const& row : section.at("rows").as_array())
        out.emplace_back(row.as_object().at("cells").as_array().at(index).as_string());
    return out;
}

} // namespace

TEST_CASE("a digest about a healthy fleet says that all is well, and still lists the fleet", "[digest]") {
    auto const made = compose_digest(with({model("a/b", "current", 20)}));
    CHECK(flag_of(made, "all_well"));
    CHECK(text_of(made, "subject") == "modelwatch digest: all is well");
    REQUIRE(section_of(made, "models") != nullptr);
    CHECK(made.at("sections").as_array().size() == 1);
}

TEST_CASE("a digest about nothing does not say that all is well", "[digest]") {
    auto const made = compose_digest(with({}));
    CHECK_FALSE(flag_of(made, "all_well"));
    CHECK(text_of(made, "headline") == "Nothing is watched: add a [[watch]] to the configuration.");
}

TEST_CASE("the subject counts what needs somebody, and names the worst alert", "[digest]") {
    auto in = with({model("a/b", "outdated", 20), model("c/d", "current", 20)});
    in.models[1].policy_failures = {"policy-tprm: no record"};
    in.models[1].review_due = true;
    in.models[1].review = "missing";
    in.alerts = {open_alert(severity::medium), open_alert(severity::critical)};
    auto const made = compose_digest(std::move(in));
    CHECK(
        text_of(made, "subject") ==
        "modelwatch digest: 2 open alerts (worst critical), 1 of 2 models outdated, 1 model against policy, "
        "1 review due"
    );
    CHECK_FALSE(flag_of(made, "all_well"));
}

TEST_CASE("models are listed by staleness, then by score, and unknown comes before ageing", "[digest]") {
    auto const made = compose_digest(with(
        {model("a/current", "current", 90),
         model("b/ageing", "ageing", 50),
         model("c/unknown", "unknown", 10),
         model("d/outdated", "outdated", 10),
         model("e/outdated", "outdated", 60)}
    ));
    CHECK(
        column(*section_of(made, "models"), 0) ==
        std::vector<std::string>{"e/outdated", "d/outdated", "c/unknown", "b/ageing", "a/current"}
    );
}

TEST_CASE("a model tells how far its deployment is behind and what succeeds it", "[digest]") {
    auto one = model("a/b", "outdated", 63.5);
    one.upstream = std::string(40, 'b');
    one.commits_behind = 3;
    one.days_behind = 120;
    one.successor = "a/b-2";
    one.rating_before = "Low";
    one.tags = {{"env", "prod"}};
    auto const made = compose_digest(with({one}));
    auto const& section = *section_of(made, "models");
    CHECK(column(section, 0) == std::vector<std::string>{"a/b [env=prod]"});
    CHECK(column(section, 2) == std::vector<std::string>{"Medium (63.5), was Low"});
    CHECK(
        column(section, 3) ==
        std::vector<std::string>{"deployed aaaaaaaa, upstream bbbbbbbb (3 commits, 120 days behind)"}
    );
    CHECK(column(section, 4) == std::vector<std::string>{"successor a/b-2"});
}

TEST_CASE("a model that was never assessed does not look assessed", "[digest]") {
    auto one = model("a/b", "unknown", 0);
    one.rating.clear();
    one.score.reset();
    one.deployed.clear();
    auto const made = compose_digest(with({one}));
    CHECK(column(*section_of(made, "models"), 2) == std::vector<std::string>{"not assessed yet"});
    CHECK(
        column(*section_of(made, "models"), 3) == std::vector<std::string>{"deployed commit not configured"}
    );
}

TEST_CASE("acknowledged alerts are listed with who cares for them, and are not counted as open", "[digest]") {
    auto in = with({model("a/b", "current", 20)});
    in.alerts = {open_alert(severity::high, alert_state::acknowledged)};
    in.alerts[0].acknowledged_by = "ada";
    auto const made = compose_digest(std::move(in));
    CHECK(flag_of(made, "all_well"));
    CHECK(
        column(*section_of(made, "alerts"), 4) ==
        std::vector<std::string>{"open for 2 days, acknowledged by ada"}
    );
}

TEST_CASE("silences and silenced alerts are listed with their end, apart from the open ones", "[digest]") {
    auto in = with({model("a/b", "current", 20)});
    in.alerts = {open_alert(severity::high, alert_state::silenced)};
    in.silences = {{"a/*, weights-replaced", monday + 24h * 9, "ada", "planned retraining"}};
    auto const made = compose_digest(std::move(in));
    CHECK(section_of(made, "alerts") == nullptr);
    auto const what = column(*section_of(made, "silenced"), 1);
    CHECK(what == std::vector<std::string>{"silent until 2026-12-02", "high"});
}

TEST_CASE(
    "watches without evidence, lost messages, the week's changes and good news have their places", "[digest]"
) {
    auto in = with({model("a/b", "current", 20), model("c/d", "current", 10)});
    in.models[0].blind = true;
    in.models[0].last_error = "503";
    in.models[1].rating_fell = true;
    in.models[1].rating_before = "High";
    message lost;
    lost.id = "m-1";
    lost.notifier = "ops";
    lost.state = message_state::given_up;
    lost.attempts = 4;
    lost.last_answer = "410 gone";
    in.failed = {lost};
    in.events = {{monday - 24h, "c/d", "config-changed", "low", "config.json changed"}};
    in.resolved = {open_alert(severity::low, alert_state::resolved)};
    in.resolved[0].resolution = "undone upstream";
    auto const made = compose_digest(std::move(in));
    CHECK_FALSE(flag_of(made, "all_well"));
    CHECK(column(*section_of(made, "blind"), 2) == std::vector<std::string>{"503"});
    CHECK(column(*section_of(made, "deliveries"), 3) == std::vector<std::string>{"410 gone"});
    CHECK(column(*section_of(made, "changes"), 3) == std::vector<std::string>{"config.json changed"});
    CHECK(
        column(*section_of(made, "better"), 1) ==
        std::vector<std::string>{
            "rating is now Medium (10.0), was High", "weights-replaced resolved: undone upstream"
        }
    );
}

TEST_CASE("a section writes out a bounded number of rows and counts the rest", "[digest]") {
    std::vector<digest_model> fleet;
    for (std::size_t i = 0; i < digest_rows + 7; ++i)
        fleet.push_back(model("a/m" + std::to_string(i), "current", 20));
    auto const made = compose_digest(with(std::move(fleet)));
    auto const& section = *section_of(made, "models");
    CHECK(section.at("rows").as_array().size() == digest_rows);
    CHECK(number_of(section, "omitted") == 7u);
}

TEST_CASE("one commit is one row of the open alerts, and its events are not told again", "[digest]") {
    auto in = with({model("a/b", "current", 20)});
    in.alerts = {open_alert(severity::medium), open_alert(severity::high)};
    in.alerts[0].what.kind = alert_kind::license_changed;
    in.alerts[0].what.summary = "the license changed";
    for (auto& one : in.alerts)
        one.what.commit = std::string(40, 'b');
    in.events = {
        {monday - 24h, "a/b", "weights-replaced", "high", "the weights changed", in.alerts[1].id},
        {monday - 24h, "a/b", "config-changed", "low", "config.json changed", "another"}
    };
    auto const made = compose_digest(std::move(in));
    auto const& open = *section_of(made, "alerts");
    CHECK(column(open, 1) == std::vector<std::string>{"high"});
    CHECK(column(open, 2) == std::vector<std::string>{"weights-replaced, license-changed"});
    CHECK(column(open, 3) == std::vector<std::string>{"the weights changed; the license changed"});
    auto const& events = section_of(made, "changes")->at("rows").as_array();
    CHECK(flag_of(events.at(0).as_object(), "told"));
    CHECK_FALSE(flag_of(events.at(1).as_object(), "told"));
}

TEST_CASE(
    "what is to be decided stands first: unreviewed changes, then what ends, the soonest first", "[digest]"
) {
    auto changed = model("a/b", "current", 20);
    changed.baseline = std::string(40, 'a');
    changed.upstream = std::string(40, 'b');
    auto ending = model("c/d", "current", 20);
    ending.baseline = ending.upstream;
    ending.review_due = true;
    ending.review = "approved until 2026-12-01";
    ending.exceptions = {{"policy-tprm", monday + 24h * 20}, {"policy-x", monday + decide_ahead + 24h}};
    auto in = with({ending, changed});
    in.alerts = {open_alert(severity::high), open_alert(severity::low, alert_state::acknowledged)};
    in.alerts[0].revision = "main";
    in.alerts[1].acknowledged_until = monday + 24h * 3;
    in.alerts[1].acknowledged_by = "eve";
    in.silences = {
        {"a/*", monday + 24h * 9, "ada", "retraining"}, {"z/*", monday + decide_ahead + 24h, "ada", "later"}
    };
    auto const made = compose_digest(std::move(in));
    auto const& first = made.at("sections").as_array().front().as_object();
    CHECK(text_of(first, "id") == "decisions");
    CHECK(text_of(first, "title") == "Decisions needed");
    CHECK(
        column(first, 1) ==
        std::vector<std::string>{
            "unreviewed change", "review due", "acknowledgement ends", "silence ends", "exception ends"
        }
    );
    CHECK(
        column(first, 2) ==
        std::vector<std::string>{
            "upstream is at bbbbbbbb, you trust aaaaaaaa (1 open alert): review it, then accept or reject it",
            "approved until 2026-12-01",
            "weights-replaced on 2026-11-26, by eve",
            "on 2026-12-02, by ada: retraining",
            "policy-tprm until 2026-12-13"
        }
    );
}

TEST_CASE("days are those of the reader's zone", "[digest]") {
    auto in = with({model("a/b", "current", 20)});
    in.local = [](instant when) { return to_rfc3339(when + 24h) + " there"; };
    in.silences = {{"a/*", monday + 24h * 9, "ada", "retraining"}};
    auto const made = compose_digest(std::move(in));
    CHECK(text_of(made, "period") == "2026-11-17T08:00:00Z there to 2026-11-24T08:00:00Z there");
    CHECK(column(*section_of(made, "silenced"), 1) == std::vector<std::string>{"silent until 2026-12-03"});
    CHECK(text_of(made, "from") == "2026-11-16T08:00:00Z"); // machines get UTC
}
