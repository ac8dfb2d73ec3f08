#include "daemon/assess/verdict_changes.hpp"
#include "tests/assess/evidence_builder.hpp"

using namespace assess_test;
using namespace std::chrono_literals;

namespace {

/// A watch over several polls, as the judge would keep it: course and open alerts carry over.
struct course_scene {
    evidence facts = spotless();
    rubric numbers;
    publisher_registry publishers = publisher_registry::builtin();
    std::map<std::string, severity> overrides;
    policy_rules rules;
    std::vector<review> reviews;
    std::vector<policy_exception> exceptions;
    watch target;
    std::string baseline = std::string(40, 'c');
    instant now = reference_day;
    std::optional<rating_record> course;
    std::optional<evidence> earlier;
    std::vector<change> open;
    bool advisories_incomplete = false;

    /// Standing changes after one more poll, an hour later.
    std::vector<change> const& poll() {
        now += 1h;
        assess_context const with{numbers, publishers, license_table::builtin(), now};
        auto const rated = assess::assess(facts, with);
        auto const steady = assess::assess(without_flicker(facts, earlier.value_or(facts)), with);
        course = follow_rating(course, rated, facts, publishers, baseline, &steady);
        earlier = facts;
        watch_facts watched;
        watched.revision = target.revision;
        watched.deployed = target.deployed;
        policy_inputs const judged{rated, facts, with, rules, reviews, exceptions, &watched};
        auto const verdicts = judge_policy(judged);
        severity_context const urgency{target, publishers, license_table::builtin(), overrides, facts.author};
        open = verdict_changes(
            {target, facts, rated, verdicts, judged, *course, baseline, urgency, open, advisories_incomplete}
        );
        return open;
    }

    /// "kind/dedupe severity", sorted and joined.
    [[nodiscard]] std::string words() const {
        std::string out;
        for (auto const& one : open) {
            out += (out.empty() ? "" : ", ") + std::string{to_string(one.kind)} +
                   (one.dedupe.empty() ? "" : "/" + one.dedupe) + " " + std::string{to_string(one.level)};
        }
        return out;
    }

    std::string after(int polls = 1) {
        for (int i = 0; i < polls; ++i)
            poll();
        return words();
    }

    [[nodiscard]] change const& only() const {
        REQUIRE(open.size() == 1);
        return open.front();
    }

    void succeed(succession_source source) {
        facts.successor.state = successor_state::one;
        facts.successor.source = source;
        facts.successor.declared = source == succession_source::new_version;
        facts.successor.pick = "google/next-9b";
        facts.successor.pick_license = "gemma";
        facts.successor.reason = "google/next-9b is a newer generation.";
    }

    base_evidence& derive(std::string relation = "quantized") {
        facts.base_relation = std::move(relation);
        facts.bases = {resolved_base("meta-llama/Llama-3.1-8B")};
        return facts.bases.front();
    }
};

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

} // namespace

TEST_CASE("a model without a fault raises nothing", "[verdicts]") {
    course_scene w;
    CHECK(w.after(3).empty());
}

TEST_CASE(
    "a declared successor is told at once, one inferred from names when it is found again", "[verdicts]"
) {
    course_scene declared;
    declared.succeed(succession_source::new_version);
    CHECK(declared.after() == "superseded medium");
    course_scene inferred;
    inferred.poll();
    inferred.succeed(succession_source::name);
    CHECK(inferred.after().empty());
    CHECK(inferred.after() == "superseded low, rating-worsened medium");
    // Lost in between, it begins anew.
    course_scene flaky;
    flaky.succeed(succession_source::name);
    flaky.poll();
    flaky.facts.successor = {};
    flaky.facts.successor.state = successor_state::none;
    flaky.poll();
    flaky.succeed(succession_source::name);
    CHECK(flaky.after().empty());
    CHECK(flaky.after() == "superseded low");
    // What stands at first sight opens at once: nobody is told of it.
    course_scene standing;
    standing.succeed(succession_source::name);
    CHECK(standing.after() == "superseded low");
}

TEST_CASE("a successor's license is compared, and the reason and age are told", "[verdicts]") {
    course_scene w;
    w.succeed(succession_source::new_version);
    w.poll();
    auto const& facts = w.only().evidence;
    CHECK(text_of(facts, "successor") == "google/next-9b");
    CHECK(text_of(facts, "license") == "apache-2.0");
    CHECK(text_of(facts, "successor_license") == "gemma");
    CHECK(facts.at("license_differs").as_bool());
    CHECK(facts.at("days").as_int64() == 30);
    CHECK(text_of(facts, "gate") == "manual");
    CHECK(facts.at("successor_gate").is_null());
    CHECK(has(text_of(facts, "reason"), "newer generation"));
    CHECK(w.only().subject == "google/next-9b");
}

TEST_CASE("what cannot be told neither raises nor ends anything", "[verdicts]") {
    course_scene w;
    w.succeed(succession_source::new_version);
    w.poll();
    auto const before = w.only();
    w.facts.successor = {};
    CHECK(w.after() == "superseded medium");
    CHECK(w.only().summary == before.summary);
    CHECK(w.only().evidence == before.evidence);
    w.facts.successor.state = successor_state::none;
    CHECK(w.after().empty());
}

TEST_CASE("an alert that stands is not written again because time passes", "[verdicts]") {
    course_scene w;
    w.succeed(succession_source::new_version);
    w.facts.model_changed_at = days_before(900);
    w.rules.enforce = {"policy-unpatched"};
    w.poll();
    auto const before = w.open;
    CHECK(w.words() == "superseded medium, policy-violation/policy-unpatched medium");
    for (int day = 0; day < 5; ++day) {
        w.now += 24h;
        w.poll();
    }
    REQUIRE(w.open.size() == before.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
        CHECK(w.open[i].summary == before[i].summary);
        CHECK(w.open[i].detail == before[i].detail);
        CHECK(w.open[i].evidence == before[i].evidence);
    }
    // Another successor is another fact.
    w.facts.successor.pick = "google/other-9b";
    w.poll();
    CHECK(w.open[0].subject == "google/other-9b");
}

TEST_CASE("the end of support is grave", "[verdicts]") {
    course_scene w;
    w.facts.deprecated = true;
    w.facts.successor.deprecated_by_card = true;
    CHECK(w.after() == "superseded/end-of-life high");
}

TEST_CASE("drift of a base model is told with its name, one step less urgent", "[verdicts]") {
    course_scene moved;
    moved.derive().model_changed_at = days_before(1);
    CHECK(moved.after() == "superseded/via:meta-llama/Llama-3.1-8B low");
    CHECK(text_of(moved.only().evidence, "via") == "meta-llama/Llama-3.1-8B");
    CHECK(has(moved.only().detail, "changed on 2026-04-28"));

    course_scene renamed;
    renamed.derive().renamed_to = "meta-llama/Llama-3.1-8B-Base";
    CHECK(renamed.after() == "superseded/via:meta-llama/Llama-3.1-8B low");

    course_scene inferred;
    auto& base = inferred.derive();
    inferred.poll();
    base.successor.state = successor_state::one;
    base.successor.source = succession_source::name;
    base.successor.pick = "meta-llama/Llama-4-Scout";
    CHECK(inferred.after().empty());
    CHECK(inferred.after() == "superseded/via:meta-llama/Llama-3.1-8B low");
}

TEST_CASE("a base that does not answer leaves its alerts as they are; a guess accuses nobody", "[verdicts]") {
    course_scene w;
    w.derive().model_changed_at = days_before(1);
    w.poll();
    w.facts.bases.front().resolved = false;
    CHECK(w.after() == "superseded/via:meta-llama/Llama-3.1-8B low");
    course_scene guess;
    auto& base = guess.derive();
    base.model_changed_at = days_before(1);
    base.inferred = true;
    CHECK(guess.after().empty());
}

TEST_CASE("an ungated copy of a gated base, and a base that scanners flag", "[verdicts]") {
    course_scene gate;
    gate.facts.gate = gating::open;
    gate.derive().gate = gating::manual;
    CHECK(gate.after() == "gating-changed/via:meta-llama/Llama-3.1-8B medium");
    CHECK(gate.only().evidence.at("standing").as_bool());

    course_scene scan;
    scan.derive().scan = scan_level::unsafe;
    CHECK(scan.after() == "hub-scan-flagged/via:meta-llama/Llama-3.1-8B high");
    scan.facts.bases.front().scan = scan_level::suspicious;
    CHECK(scan.after() == "hub-scan-flagged/via:meta-llama/Llama-3.1-8B low");
    scan.facts.bases.front().scan.reset();
    CHECK(scan.after() == "hub-scan-flagged/via:meta-llama/Llama-3.1-8B low");
    scan.facts.bases.front().scan = scan_level::safe;
    CHECK(scan.after().empty());
}

TEST_CASE("a repackager who grants more than was received", "[verdicts]") {
    course_scene w;
    w.derive().license.ids = {"llama3.1"};
    CHECK(w.after() == "license-mismatch medium");
    CHECK(text_of(w.only().evidence, "relation") == "looser");
    CHECK(text_of(w.only().evidence, "via") == "meta-llama/Llama-3.1-8B");
    w.facts.license.ids = {"gemma"};
    w.facts.license_tags = {"gemma"};
    CHECK(w.after() == "license-mismatch low");
    w.facts.bases.front().resolved = false;
    CHECK(w.after() == "license-mismatch low");
    w.facts.bases.front().resolved = true;
    w.facts.license = w.facts.bases.front().license;
    CHECK(w.after().empty());
}

TEST_CASE("advisories are told for the commits that are used, one alert each", "[verdicts]") {
    course_scene w;
    w.facts.advisories_configured = true;
    w.facts.advisories = {
        {"A-1", severity::high, "code runs", "https://example.org", {std::string(40, 'c')}},
        {"A-2", severity::medium, "", "", {std::string(40, 'e')}},
        {"A-3", severity::low, "all", "", {}},
    };
    w.numbers.floors_off = {};
    CHECK(w.after() == "advisory/A-1 high, advisory/A-3 low");
    w.target.deployed = "eeeeeeee";
    CHECK(w.after() == "advisory/A-1 high, advisory/A-2 medium, advisory/A-3 low");
    CHECK_FALSE(w.open[0].evidence.at("deployed_affected").as_bool());
    CHECK(w.open[1].evidence.at("deployed_affected").as_bool());
    // Its file cannot be read any more: nothing has ended.
    w.facts.advisories.erase(w.facts.advisories.begin());
    w.advisories_incomplete = true;
    CHECK(w.after() == "advisory/A-1 high, advisory/A-2 medium, advisory/A-3 low");
    w.advisories_incomplete = false;
    CHECK(w.after() == "advisory/A-2 medium, advisory/A-3 low");
}

TEST_CASE("a flaw that gets a further id stays the alert that it is", "[verdicts]") {
    course_scene w;
    w.facts.advisories_configured = true;
    w.facts.advisories = {{"GHSA-1", severity::high, "code runs", "", {}, {}}};
    CHECK(w.after() == "advisory/GHSA-1 high");
    w.facts.advisories = {{"CVE-1", severity::high, "code runs", "", {}, {"GHSA-1"}}};
    CHECK(w.after() == "advisory/GHSA-1 high");
    CHECK(has(w.only().summary, "GHSA-1, CVE-1"));
    CHECK(has(w.only().detail, "CVE-1"));
    // Somebody who begins to watch it now sees it under the first name.
    course_scene fresh;
    fresh.facts.advisories_configured = true;
    fresh.facts.advisories = w.facts.advisories;
    CHECK(fresh.after() == "advisory/CVE-1 high");
    CHECK(has(fresh.only().summary, "CVE-1, GHSA-1"));
}

TEST_CASE("an advisory about a head that nobody uses waits until somebody does", "[verdicts]") {
    course_scene w;
    w.facts.advisories_configured = true;
    w.facts.advisories = {{"A-1", severity::medium, "x", "", {std::string(40, 'c')}}};
    w.baseline = std::string(40, 'b');
    w.target.deployed = std::string(40, 'b');
    CHECK(w.after().empty());
    w.target.deployed.clear(); // what the branch says is what runs
    CHECK(w.after() == "advisory/A-1 medium");
}

TEST_CASE("built-in policies are silent until the configuration asks for them", "[verdicts]") {
    course_scene w;
    w.facts = spotless_user(); // no review, no third-party review
    w.facts.gate = gating::open;
    CHECK(w.after(3).empty());
    w.rules.enforce = {"policy-tprm"};
    CHECK(w.after() == "policy-violation/policy-tprm medium");
    w.rules.require_gated = true;
    CHECK(w.after() == "policy-violation/policy-require-gated medium, policy-violation/policy-tprm medium");
    w.facts.gate = gating::unknown;
    CHECK(w.after() == "policy-violation/policy-require-gated medium, policy-violation/policy-tprm medium");
    w.facts.gate = gating::manual;
    CHECK(w.after() == "policy-violation/policy-tprm medium");
}

TEST_CASE("a rule that cannot be judged raises nothing", "[verdicts]") {
    course_scene w;
    w.rules.require_gated = true;
    w.rules.require_formats = {"safetensors"};
    w.facts.gate = gating::unknown;
    CHECK(w.after(2).empty());
}

TEST_CASE("an exception ends an alert; when it lapses the alert is graver than before", "[verdicts]") {
    course_scene w;
    w.rules.require_gated = true;
    w.facts.gate = gating::open;
    CHECK(w.after() == "policy-violation/policy-require-gated medium");
    policy_exception granted;
    granted.policy = "policy-require-gated";
    granted.commit = w.facts.commit;
    granted.approved_by = "ciso";
    granted.until = w.now + 90min;
    w.exceptions = {granted};
    CHECK(w.after().empty());
    CHECK(w.after() == "policy-violation/policy-require-gated high");
    CHECK(has(w.only().detail, "ciso approved ended on"));
}

TEST_CASE("reviews that are missing, due, over or refused", "[verdicts]") {
    course_scene w;
    CHECK(w.after().empty());
    w.rules.require_review = true;
    CHECK(w.after() == "review-missing medium");
    review approval;
    approval.commit = w.facts.commit;
    approval.verdict = review_verdict::approve;
    approval.by = "mona";
    approval.at = w.now;
    approval.until = w.now + 31 * 24h;
    w.reviews = {approval};
    CHECK(w.after().empty());
    w.now += 25h;
    CHECK(w.after() == "review-expired low");
    w.now += 31 * 24h;
    CHECK(w.after() == "review-expired medium");
    CHECK(text_of(w.only().evidence, "by") == "mona");
    w.facts.scan = scan_level::unsafe; // rated High
    w.poll();
    CHECK(has(w.words(), "review-expired high"));
    w.facts.scan = scan_level::safe;
    auto refusal = approval;
    refusal.verdict = review_verdict::reject;
    refusal.at = w.now;
    w.reviews.push_back(refusal);
    w.poll();
    CHECK(has(w.words(), "review-missing medium"));
    // Another commit is another review.
    w.reviews = {approval};
    w.reviews[0].until = w.now + 300 * 24h;
    CHECK(w.after().empty());
    w.facts.commit = std::string(40, 'd');
    CHECK(w.after() == "review-missing medium");
}

TEST_CASE("a rating is worse at once where the commit or the hub's standing made it so", "[verdicts]") {
    course_scene w;
    w.poll();
    auto const before = w.course->reference.level;
    w.facts.scan = scan_level::unsafe;
    CHECK(w.after() == "rating-worsened high");
    auto const& facts = w.only().evidence;
    CHECK(text_of(facts, "rating_before") == before);
    CHECK(text_of(facts, "rating_after") == "High");
    auto const& moved = facts.at("findings").as_array();
    REQUIRE(moved.size() == 1);
    CHECK(text_of(moved[0].as_object(), "check") == "format-scan");
    CHECK(text_of(moved[0].as_object(), "before") == "safe");
    CHECK(text_of(moved[0].as_object(), "after") == "unsafe");
    CHECK(has(w.only().detail, "format-scan safe → unsafe (0 → 100 points)"));
    // It stands until it is better again, or until the operator has looked.
    CHECK(w.after(3) == "rating-worsened high");
    w.facts.scan = scan_level::safe;
    CHECK(w.after().empty());
    w.facts.scan = scan_level::unsafe;
    CHECK(w.after() == "rating-worsened high");
    w.baseline = std::string(40, 'd');
    CHECK(w.after(3).empty());
}

TEST_CASE("one level is medium, a flicker is nothing, and other numbers start anew", "[verdicts]") {
    course_scene w;
    w.poll();
    w.numbers.bounds = {1, 30, 45, 60};
    CHECK(w.after(3).empty()); // the rubric changed, not the model
    w.facts.gate = gating::open;
    w.facts.custom_code = true;
    w.facts.auto_map = {"AutoModel=x.Y"};
    CHECK(w.after() == "rating-worsened medium");
}

TEST_CASE("what can flicker by itself makes a rating worse when it is seen twice", "[verdicts]") {
    struct row {
        std::string what;
        std::function<void(evidence&)> worse;
    };

    auto const expected = GENERATE(
        row{"the account's listing", [](evidence& facts) { facts.owner.last_activity = days_before(800); }},
        row{"a successor that names tell of",
            [](evidence& facts) {
                facts.successor.state = successor_state::one;
                facts.successor.source = succession_source::name;
                facts.successor.pick = "google/spotless-2-9b";
            }}
    );
    CAPTURE(expected.what);
    course_scene w;
    w.numbers.bounds = {1, 30, 45, 60}; // each of them tips the level
    auto const calm = w.facts;
    w.poll();
    auto const rating = [&] { return has(w.words(), "rating-worsened"); };
    auto const level = w.course->now.level;
    for (int i = 0; i < 3; ++i) {
        w.facts = calm;
        expected.worse(w.facts);
        w.poll();
        CHECK(w.course->now.level != level);
        CHECK_FALSE(rating());
        w.facts = calm;
        w.poll();
        CHECK_FALSE(rating());
    }
    expected.worse(w.facts);
    w.poll();
    CHECK_FALSE(rating());
    w.poll();
    CHECK(rating());
}

TEST_CASE("what flickers is held as it was, everything else is as it is", "[verdicts]") {
    auto const before = spotless_user();
    auto now = before;
    now.downloads = 50'000;
    now.scan = scan_level::queued;
    now.gate = gating::open;
    now.successor.state = successor_state::many;
    auto const held = without_flicker(now, before);
    CHECK(held.downloads == before.downloads);
    CHECK(held.scan == before.scan);
    CHECK(held.gate == gating::open);
    CHECK(held.successor.state == before.successor.state);
    now.scan = scan_level::unsafe;
    now.successor.source = succession_source::new_version;
    now.successor.chain = {"some-nick/model-2-7b"};
    CHECK(without_flicker(now, before).scan == scan_level::unsafe);
    CHECK(without_flicker(now, before).successor.state == successor_state::many);
}

TEST_CASE("a flicker does not hold back what the commit made worse, nor come in with it", "[verdicts]") {
    course_scene w;
    w.facts = spotless_user();
    w.poll();
    w.facts.downloads = 50'000;
    w.facts.scan = scan_level::unsafe;
    CHECK(has(w.after(), "rating-worsened"));
    course_scene declared;
    declared.poll();
    declared.succeed(succession_source::new_version);
    CHECK(has(declared.after(), "rating-worsened")); // the card says so: nothing to see twice
}

TEST_CASE("an improvement becomes the new measure after two polls", "[verdicts]") {
    course_scene w;
    w.facts.scan = scan_level::unsafe;
    w.poll();
    CHECK(w.course->reference.level == "High");
    w.facts.scan = scan_level::safe;
    w.poll();
    CHECK(w.course->reference.level == "High");
    w.poll();
    CHECK(w.course->reference.level != "High");
    w.facts.scan = scan_level::unsafe;
    CHECK(w.after() == "rating-worsened high");
}

TEST_CASE("evidence that is lost, or gained after a poor beginning, is no worse rating", "[verdicts]") {
    course_scene lost;
    lost.numbers.bounds = {1, 2, 3, 4};
    lost.poll();
    lost.facts.scan.reset();
    lost.facts.custom_code.reset();
    CHECK(lost.after(4).empty());
    course_scene gained;
    gained.facts = {};
    gained.facts.repo = "google/spotless-9b";
    gained.facts.author = "google";
    gained.poll();
    gained.facts = spotless();
    gained.facts.scan = scan_level::unsafe;
    CHECK(gained.after(4).empty());
}

TEST_CASE("since when a model is outdated is kept, through polls that cannot tell", "[verdicts]") {
    course_scene w;
    w.poll();
    CHECK_FALSE(w.course->outdated_since);
    w.succeed(succession_source::new_version);
    w.poll();
    auto const since = w.course->outdated_since;
    CHECK(since == w.now);
    w.poll();
    CHECK(w.course->outdated_since == since);
    w.facts.successor = {};
    w.facts.model_changed_at.reset();
    w.facts.last_modified.reset();
    w.poll();
    CHECK(w.course->outdated_since == since);
    w.facts = spotless();
    w.poll();
    CHECK_FALSE(w.course->outdated_since);
}

TEST_CASE("following the same poll twice changes nothing", "[verdicts]") {
    course_scene w;
    w.succeed(succession_source::name);
    w.poll();
    auto const once = to_json(*w.course);
    w.now -= 1h;
    w.poll();
    CHECK(to_json(*w.course) == once);
}

TEST_CASE("what the registry says of a publisher is compared with the baseline", "[verdicts]") {
    course_scene w;
    auto const registered = [&](std::string const& keys) {
        auto table = publisher_registry::with_overrides("[publisher.acme]\n" + keys, "test");
        REQUIRE(table);
        w.publishers = std::move(*table);
    };
    w.facts = spotless("acme/model");
    registered("kind = \"org\"\ntype = \"startup\"\ncountry = \"DE\"\n");
    CHECK(w.after().empty());
    registered(
        "kind = \"org\"\ntype = \"government-affiliated\"\ncountry = \"DE\"\nlegal_entity = \"Acme GmbH\"\n"
    );
    w.poll();
    CHECK(has(w.words(), "publisher-changed/registry medium"));
    auto const& what = w.open.back().kind == alert_kind::publisher_changed ? w.open.back() : w.open.front();
    CHECK(has(what.summary, "type startup → government-affiliated"));
    CHECK_FALSE(has(what.summary, "legal_entity")); // filling a gap is no change
    w.baseline = std::string(40, 'd');
    w.poll();
    CHECK_FALSE(has(w.words(), "publisher-changed"));
    w.facts.owner.verified = false;
    w.poll();
    CHECK(has(w.words(), "publisher-changed/registry"));
    w.facts.owner.verified.reset();
    w.poll();
    CHECK(has(w.words(), "publisher-changed/registry"));
}

TEST_CASE("the operator's own severities win here too", "[verdicts]") {
    course_scene w;
    w.succeed(succession_source::new_version);
    w.overrides = {{"superseded", severity::critical}};
    CHECK(w.after() == "superseded critical");
}

TEST_CASE("stale and outdated alerts get the way out that is known", "[verdicts]") {
    course_scene w;
    w.succeed(succession_source::new_version);
    std::vector<change> changes(3);
    changes[0].kind = alert_kind::stale;
    changes[1].kind = alert_kind::outdated;
    changes[2].kind = alert_kind::weights_added;
    add_way_out(changes, w.facts, w.publishers);
    for (int i = 0; i < 2; ++i) {
        CHECK(text_of(changes[static_cast<std::size_t>(i)].evidence, "successor") == "google/next-9b");
        CHECK(text_of(changes[static_cast<std::size_t>(i)].evidence, "successor_license") == "gemma");
    }
    CHECK(changes[2].evidence.empty());
}

TEST_CASE("the course of a rating keeps the last of each week and every change of level", "[course]") {
    course_scene scene;
    scene.poll();
    scene.poll();
    REQUIRE(scene.course->trend.size() == 1);
    CHECK(scene.course->trend.front().at == scene.course->now.at);
    for (int week = 1; week < 30; ++week) {
        scene.now += 24h * 7;
        scene.poll();
    }
    auto const& trend = scene.course->trend;
    CHECK(trend.size() == rating_points);
    CHECK(std::is_sorted(trend.begin(), trend.end(), [](auto const& a, auto const& b) { return a.at < b.at; })
    );
    CHECK(trend.back().level == scene.course->now.level);
    CHECK(rating_record_from_json(to_json(*scene.course)).trend == trend);
    auto old = to_json(*scene.course);
    old.erase("trend"); // as versions before wrote it
    CHECK(rating_record_from_json(old).trend.empty());
}
