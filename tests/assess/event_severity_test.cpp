#include "daemon/assess/event_severity.hpp"
#include "daemon/assess/license_transition.hpp"
#include "tests/diff/fixtures.hpp"
#include "tests/support/catch.hpp"

#include <boost/json/parse.hpp>

using namespace modelwatch;
using namespace modelwatch::assess;
using namespace modelwatch::fixtures;

namespace {

/// A rating in the calmest surroundings: a known publisher, no labels, nothing deployed.
struct rating {
    watch target;
    std::map<std::string, severity> overrides;
    std::string publisher = "google";

    [[nodiscard]] std::string of(change const& what) const {
        severity_context const context{
            target, publisher_registry::builtin(), license_table::builtin(), overrides, publisher
        };
        return std::string{to_string(rate(what, context))};
    }

    [[nodiscard]] std::string of(alert_kind kind, std::string const& evidence = "{}") const {
        change what;
        what.kind = kind;
        what.baseline_commit = commit('1');
        what.commit = commit('2');
        what.evidence = json::parse(evidence).as_object();
        return of(what);
    }

    /// What a whole comparison comes to, for one kind.
    [[nodiscard]] std::string of(scene const& given, alert_kind kind) {
        target = given.target;
        return of(given.find(kind).value());
    }
};

} // namespace

TEST_CASE("without further facts every kind has its default severity", "[severity]") {
    for (auto const& row : alert_kinds()) {
        if (row.kind == alert_kind::repo_renamed) continue; // depends on the new owner, who is not named here
        if (row.kind == alert_kind::license_changed) continue; // depends on the classes
        CAPTURE(row.name);
        CHECK(rating{}.of(row.kind) == to_string(row.level));
    }
}

TEST_CASE("the rubric's severities of events", "[severity]") {
    struct row {
        alert_kind kind;
        std::string evidence;
        std::string level;
    };
    using enum alert_kind;
    auto const expected = GENERATE(
        row{weights_replaced, "{}", "high"},
        row{weights_replaced, R"({"silent": true})", "critical"},
        row{history_rewritten, R"({"weights_unchanged": false})", "high"},
        row{history_rewritten, R"({"weights_unchanged": true})", "medium"},
        row{history_rewritten, R"({"weights_unchanged": null})", "high"},
        row{tag_moved, R"({"weights_unchanged": true})", "high"},
        row{code_changed, R"({"silent": true})", "critical"},
        row{code_added, R"({"without_consent": true})", "critical"},
        row{code_added, R"({"reach_added": []})", "high"},
        row{code_changed, R"({"without_consent": true})", "critical"},
        row{tokenizer_changed, "{}", "medium"},
        row{tokenizer_changed, R"({"grave_token": true})", "high"},
        row{config_changed, R"({"unread": ["config.json"]})", "medium"},
        row{template_changed, R"({"silent": true})", "high"},
        row{config_changed, R"({"architecture_changed": true})", "medium"},
        row{config_changed, R"({"architecture_changed": null})", "low"},
        row{unsafe_format_added, R"({"tier": "pickle"})", "high"},
        row{unsafe_format_added, R"({"tier": "pickle", "safe_set_intact": true})", "high"},
        row{unsafe_format_added, R"({"tier": "pickle", "allow_patterns_safe": true})", "high"},
        row{unsafe_format_added, R"({"safe_set_intact": true, "allow_patterns_safe": true})", "medium"},
        row{unsafe_format_added, R"({"executable": true, "allow_patterns_safe": true})", "critical"},
        row{unsafe_format_added, R"({"safe_format_lost": true})", "high"},
        row{unsafe_format_added, R"({"standing": true})", "medium"},
        row{unsafe_format_added, R"({"standing": true, "executable": true, "native": true})", "high"},
        row{hub_scan_flagged, R"({"level": "caution"})", "medium"},
        row{hub_scan_flagged, R"({"level": "suspicious"})", "medium"},
        row{hub_scan_flagged, R"({"level": "unsafe"})", "critical"},
        row{hub_scan_flagged, R"({"level": "unsafe", "standing": true})", "critical"},
        row{gating_changed, R"({"direction": "loosened"})", "medium"},
        row{gating_changed, R"({"direction": "tightened"})", "medium"},
        row{gating_changed, R"({"direction": "mode"})", "low"},
        row{repo_missing, "{}", "high"},
        row{repo_disabled, "{}", "critical"},
        row{namespace_reborn, "{}", "critical"},
        row{namespace_reborn, R"({"nothing_else_changed": true})", "medium"},
        row{repo_renamed, R"({"same_owner": true})", "medium"},
        row{repo_renamed, R"({"same_owner": false, "new_owner": "microsoft"})", "medium"},
        row{repo_renamed, R"({"same_owner": false, "new_owner": "who-is-this"})", "high"},
        row{superseded, R"({"declared": false})", "low"},
        row{superseded, R"({"declared": true})", "medium"},
        row{superseded, R"({"security_reason": true})", "high"},
        row{advisory, R"({"severity": "low"})", "low"},
        row{advisory, R"({"severity": "nonsense"})", "high"},
        row{unsafe_content, R"({"severity": "medium"})", "medium"}
    );
    CAPTURE(to_string(expected.kind), expected.evidence);
    CHECK(rating{}.of(expected.kind, expected.evidence) == expected.level);
}

TEST_CASE("production that follows a branch raises by one", "[modifiers]") {
    for (auto const* env : {"prod", "production", "PROD"}) {
        rating given;
        given.target.tags = {{"env", env}};
        CHECK(given.of(alert_kind::weights_replaced) == "critical");
        CHECK(given.of(alert_kind::template_changed) == "high");
        CHECK(given.of(alert_kind::gating_changed) == "high");
        CHECK(given.of(alert_kind::namespace_reborn) == "critical"); // the scale ends
        CHECK(given.of(alert_kind::commits_added) == "info");        // news is not urgent anywhere
        CHECK(given.of(alert_kind::stale) == "medium");
        CHECK(given.of(alert_kind::poll_failing) == "medium");
        CHECK(given.of(alert_kind::unsafe_format_added, R"({"standing": true})") == "medium");
        given.target.deployed = commit('1');
        CHECK(given.of(alert_kind::weights_replaced) == "high");
        given.target.deployed.clear();
        given.target.revision = commit('1');
        CHECK(given.of(alert_kind::weights_replaced) == "high");
    }
    rating staging;
    staging.target.tags = {{"env", "staging"}};
    CHECK(staging.of(alert_kind::weights_replaced) == "high");
}

TEST_CASE(
    "a deployment that is pinned while only the branch moved lowers by one, but bytes and rights never below "
    "high",
    "[modifiers]"
) {
    rating given;
    given.target.deployed = commit('1');
    auto const* const elsewhere = R"({"deployed_affected": false})";
    CHECK(given.of(alert_kind::weights_replaced, elsewhere) == "high");
    CHECK(given.of(alert_kind::namespace_reborn, elsewhere) == "high");
    CHECK(given.of(alert_kind::template_changed, elsewhere) == "medium");
    CHECK(given.of(alert_kind::license_changed, R"({"deployed_affected": false, "old": "x"})") != "low");
    CHECK(
        given.of(
            alert_kind::config_changed, R"({"deployed_affected": false, "architecture_changed": true})"
        ) == "low"
    );
    CHECK(
        given.of(
            alert_kind::history_rewritten, R"({"deployed_affected": false, "weights_unchanged": true})"
        ) == "medium"
    );
    CHECK(given.of(alert_kind::weights_replaced, R"({"deployed_affected": true})") == "high");
    CHECK(given.of(alert_kind::weights_replaced, R"({"deployed_affected": null})") == "high");
    CHECK(
        given.of(alert_kind::weights_replaced, R"({"deployed_affected": false, "silent": true})") ==
        "critical"
    );
    CHECK(given.of(alert_kind::repo_missing) == "high");
}

TEST_CASE("every modifier that moved a severity is said, with what it was before", "[modifiers]") {
    rating given;
    given.publisher = "TheBloke";
    given.target.deployed = commit('1');
    given.target.tags = {{"env", "prod"}};
    change what;
    what.kind = alert_kind::weights_replaced;
    what.baseline_commit = commit('1');
    what.commit = commit('2');
    what.detail = "What happened.";
    what.evidence = {{"deployed_affected", false}};
    auto const rated = [&] {
        severity_context const context{
            given.target,
            publisher_registry::builtin(),
            license_table::builtin(),
            given.overrides,
            given.publisher
        };
        apply_severity(what, context);
    };
    SECTION("raised for the publisher, lowered for the pin") {
        rated();
        CHECK(to_string(what.level) == "high");
        CHECK(
            what.detail ==
            "What happened. Raised from high: TheBloke is an individual or not in the publisher registry. "
            "Lowered from critical: your deployed commit 11111111 does not hold these bytes."
        );
    }
    SECTION("what the pin does not lower is said too") {
        given.publisher = "google";
        rated();
        CHECK(to_string(what.level) == "high");
        CHECK_THAT(what.detail, Catch::Contains("Stays high although your deployed commit 11111111"));
    }
    SECTION("production that follows a branch") {
        given.target.deployed.clear();
        given.publisher = "google";
        rated();
        CHECK(to_string(what.level) == "critical");
        CHECK_THAT(what.detail, Catch::Contains("Raised from high: production follows main."));
    }
    SECTION("the operator's own word") {
        given.overrides = {{"weights-replaced", severity::low}};
        rated();
        CHECK_THAT(what.detail, Catch::Contains("low instead of high: set by [policy.severity]."));
    }
    SECTION("nothing is said where nothing was moved") {
        given.publisher = "google";
        given.target.deployed.clear();
        given.target.tags.clear();
        rated();
        CHECK(what.detail == "What happened.");
    }
}

TEST_CASE("an individual, unknown or unregistered publisher raises integrity events by one", "[modifiers]") {
    for (auto const* name : {"TheBloke", "who-is-this", ""}) {
        rating given;
        given.publisher = name;
        CAPTURE(name);
        CHECK(given.of(alert_kind::weights_replaced) == "critical");
        CHECK(given.of(alert_kind::history_rewritten, R"({"weights_unchanged": true})") == "high");
        CHECK(given.of(alert_kind::template_changed) == "medium");
        CHECK(given.of(alert_kind::gating_changed) == "medium");
        CHECK(given.of(alert_kind::repo_renamed, R"({"new_owner": "who-is-this"})") == "high");
    }
}

TEST_CASE("an event of the base model counts one less for its derivative", "[modifiers]") {
    CHECK(rating{}.of(alert_kind::gating_changed, R"({"direction": "loosened", "via": "a/b"})") == "low");
}

TEST_CASE("the operator's override wins over everything", "[modifiers]") {
    rating given;
    given.target.tags = {{"env", "prod"}};
    given.publisher = "who-is-this";
    given.overrides = {{"weights-replaced", severity::info}, {"commits-added", severity::critical}};
    CHECK(given.of(alert_kind::weights_replaced, R"({"silent": true})") == "info");
    CHECK(given.of(alert_kind::commits_added) == "critical");
    CHECK(given.of(alert_kind::weights_removed) == "critical");
}

TEST_CASE("licence transitions are rated by class and by who makes them", "[license]") {
    struct row {
        std::string from;
        std::string to;
        std::string by_origin;
        std::string by_repackager;
    };

    auto const expected = GENERATE(
        row{"apache-2.0", "cc-by-nc-4.0", "high", "high"},
        row{"gemma", "cc-by-nc-4.0", "high", "high"},
        row{"apache-2.0", "", "high", "high"},
        row{"apache-2.0", "gemma", "medium", "medium"},
        row{"apache-2.0", "gpl-3.0", "medium", "medium"},
        row{"mit", "openrail", "medium", "medium"},
        row{"openrail", "gemma", "medium", "medium"},
        row{"llama3.1", "llama3.3", "medium", "medium"},
        row{"apache-2.0", "other", "medium", "medium"},
        row{"gemma", "never-heard", "medium", "medium"},
        row{"gemma", "apache-2.0", "low", "high"},
        row{"cc-by-nc-4.0", "mit", "low", "high"},
        row{"cc-by-nc-4.0", "gemma", "medium", "high"},
        row{"gemma", "openrail", "medium", "high"},
        row{"cc-by-nc-4.0", "", "medium", "medium"},
        row{"mit", "apache-2.0", "low", "low"},
        row{"", "apache-2.0", "info", "info"},
        row{"", "gemma", "info", "info"},
        row{"", "other", "low", "low"},
        row{"other", "apache-2.0", "low", "medium"},
        row{"other", "cc-by-nc-4.0", "medium", "medium"}
    );
    CAPTURE(expected.from, expected.to);
    scene given{gemma()};
    given.move_on();
    auto const ids = [](std::string const& id) {
        return id.empty() ? std::vector<std::string>{} : std::vector<std::string>{id};
    };
    given.before.license.ids = ids(expected.from);
    given.now.license.ids = ids(expected.to);
    CHECK(rating{}.of(given, alert_kind::license_changed) == expected.by_origin);
    given.now.base_models = {"google/gemma-2"};
    CHECK(rating{}.of(given, alert_kind::license_changed) == expected.by_origin);
    given.now.base_models = {"google/gemma-2", "mistralai/Mistral-7B-v0.1"};
    CHECK(rating{}.of(given, alert_kind::license_changed) == expected.by_repackager);
}

TEST_CASE(
    "a license text that changed under the same tag is medium, one that only came is low", "[license]"
) {
    scene given{gemma()};
    given.move_on();
    put(given.now, file("LICENSE", "new"));
    CHECK(rating{}.of(given, alert_kind::license_changed) == "low");
    put(given.before, file("LICENSE", "old"));
    CHECK(rating{}.of(given, alert_kind::license_changed) == "medium");
    drop(given.now, "LICENSE");
    CHECK(rating{}.of(given, alert_kind::license_changed) == "medium");
    given.now.files = given.before.files;
    given.now.license.link = "https://example.org/other";
    CHECK(rating{}.of(given, alert_kind::license_changed) == "medium");
}

TEST_CASE("a tag that went while the text stays has to be read, it is not gone", "[license]") {
    scene given{gemma()};
    put(given.before, file("LICENSE", "text"));
    put(given.now, file("LICENSE", "text"));
    given.move_on();
    given.now.license.ids.clear();
    CHECK(rating{}.of(given, alert_kind::license_changed) == "medium");
    drop(given.now, "LICENSE");
    CHECK(rating{}.of(given, alert_kind::license_changed) == "high");
}

TEST_CASE("whole comparisons come to the rubric's severities", "[severity]") {
    scene given{gemma()};
    given.move_on();
    put(given.now, weights("pytorch_model.bin", "p"));
    CHECK(rating{}.of(given, alert_kind::unsafe_format_added) == "high");
    given.target.allow_patterns = {"*.safetensors"};
    CHECK(rating{}.of(given, alert_kind::unsafe_format_added) == "medium");
    put(given.now, file("run.sh", "x"));
    CHECK(rating{}.of(given, alert_kind::unsafe_format_added) == "critical");

    scene silent{gemma()};
    silent.now.files[4].sha256 = std::string(64, 'e');
    silent.target.deployed = silent.now.commit;
    CHECK(rating{}.of(silent, alert_kind::weights_replaced) == "critical");

    scene pinned{gemma()};
    pinned.move_on();
    pinned.now.files[4].sha256 = std::string(64, 'e');
    pinned.target.deployed = pinned.before.commit;
    CHECK(rating{}.of(pinned, alert_kind::weights_replaced) == "high");
    pinned.target.deployed.clear();
    CHECK(rating{}.of(pinned, alert_kind::weights_replaced) == "high");
}

TEST_CASE("evidence of another shape than expected is rated by the kind's default", "[severity][hostile]") {
    for (auto const& row : alert_kinds()) {
        if (row.kind == alert_kind::repo_renamed || row.kind == alert_kind::license_changed) continue;
        auto const odd = R"({"silent": 1, "executable": [], "level": {}, "direction": null, "severity": 7})";
        CHECK(rating{}.of(row.kind, odd) == to_string(row.level));
    }
    CHECK_NOTHROW(
        rating{}.of(alert_kind::license_changed, R"({"old_ids": "x", "new_ids": [1], "base_models": {}})")
    );
}

TEST_CASE("files that only moved are low for everybody", "[severity][moved]") {
    scene given{mistral_gguf()};
    given.move_on();
    auto moved = given.before.files[2];
    drop(given.now, moved.path);
    moved.path = "renamed.gguf";
    put(given.now, moved);
    rating how;
    CHECK(how.of(given, alert_kind::commits_added) == "low");
    how.publisher = "nobody-knows-them";
    given.target.tags = {{"env", "production"}};
    CHECK(how.of(given, alert_kind::commits_added) == "low");
    given.target.deployed = given.before.commit;
    CHECK(how.of(given, alert_kind::commits_added) == "low");
    given.log = {};
    CHECK(how.of(given, alert_kind::commits_added) == "medium"); // what else happened is hidden from us
}
