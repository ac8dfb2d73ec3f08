#include "daemon/assess/policy.hpp"
#include "tests/assess/evidence_builder.hpp"
#include "tests/assess/golden_models.hpp"

using namespace assess_test;
using namespace std::chrono_literals;

namespace {

/// Everything that a judgement needs, the calmest there is, to be spoilt.
struct scene {
    evidence facts = spotless();
    rubric numbers;
    publisher_registry publishers = publisher_registry::builtin();
    policy_rules rules;
    std::vector<review> reviews;
    std::vector<policy_exception> exceptions;
    std::optional<watch_facts> watched;
    instant now = reference_day;

    [[nodiscard]] std::vector<policy_verdict> judge() const {
        assess_context const with{numbers, publishers, license_table::builtin(), now};
        auto const rated = assess::assess(facts, with);
        return judge_policy({rated, facts, with, rules, reviews, exceptions, watched ? &*watched : nullptr});
    }

    [[nodiscard]] std::optional<policy_verdict> find(std::string_view id) const {
        for (auto& one : judge()) {
            if (one.id == id) return one;
        }
        return std::nullopt;
    }

    /// "FAIL", "WARN unknown"; "-": not listed.
    [[nodiscard]] std::string of(std::string_view id) const {
        auto const found = find(id);
        if (!found) return "-";
        CHECK_FALSE(found->why.empty());
        return std::string{to_string(found->value)} + (found->unknown ? " unknown" : "");
    }

    [[nodiscard]] std::string why(std::string_view id) const { return find(id).value().why; }

    void approve(instant at, std::optional<instant> until, std::string const& commit = {}) {
        review one;
        one.commit = commit.empty() ? facts.commit : commit;
        one.verdict = review_verdict::approve;
        one.by = "mona";
        one.reason = "fine";
        one.at = at;
        one.until = until;
        reviews.push_back(one);
    }

    void register_publisher(std::string const& keys) {
        auto table = publisher_registry::with_overrides("[publisher.acme]\n" + keys, "test");
        REQUIRE(table);
        publishers = std::move(*table);
        facts.repo = "acme/model";
        facts.author = "acme";
    }
};

bool has(std::string const& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("policies have the names of the design, each once", "[policy]") {
    std::vector<std::string> names;
    std::size_t built_in = 0;
    for (auto const& one : policies()) {
        names.emplace_back(one.id);
        built_in += one.built_in ? 1 : 0;
        CHECK_FALSE(one.meaning.empty());
        CHECK(find_policy(one.id) == &one);
    }
    CHECK(built_in == 8);
    CHECK(std::set(names.begin(), names.end()).size() == names.size());
    CHECK(find_policy("policy-licence-commercial")->id == "policy-license-commercial");
    CHECK(find_policy("policy-nothing") == nullptr);
}

TEST_CASE("a formal review: none, held, due, expired, rejected", "[policy]") {
    scene given;
    constexpr auto id = "policy-formal-review";
    CHECK(given.of(id) == "FAIL");
    CHECK(has(given.why(id), "no formal review of cccccccc is on record"));
    given.approve(days_before(10), reference_day + 31 * 24h);
    CHECK(given.of(id) == "PASS");
    CHECK(has(given.why(id), "by mona until 2026-05-30"));
    given.now += 24h;
    CHECK(given.of(id) == "WARN");
    given.now += 31 * 24h;
    CHECK(given.of(id) == "FAIL");
    CHECK(has(given.why(id), "expired on 2026-05-30"));
    given.now = reference_day;
    given.approve(days_before(1), std::nullopt);
    CHECK(given.of(id) == "WARN");
    given.approve(days_before(0), reference_day + 300 * 24h);
    given.reviews.back().verdict = review_verdict::reject;
    given.reviews.back().reason = "weights without origin";
    CHECK(given.of(id) == "FAIL");
    CHECK(has(given.why(id), "rejected by mona on 2026-04-29: weights without origin"));
}

TEST_CASE("a review of another commit says nothing", "[policy]") {
    scene given;
    given.approve(days_before(1), reference_day + 300 * 24h, std::string(40, 'd'));
    CHECK(given.of("policy-formal-review") == "FAIL");
    // What is deployed is what must have been reviewed, be it abbreviated.
    given.watched = watch_facts{};
    given.watched->deployed = "ddddddd";
    CHECK(given.of("policy-formal-review") == "PASS");
    given.watched->deployed = "ccccccc";
    CHECK(given.of("policy-formal-review") == "FAIL");
}

TEST_CASE("safe formats: what is mixed, unscanned, unsafe or brings code", "[policy]") {
    constexpr auto id = "policy-safetensors";
    scene given;
    CHECK(given.of(id) == "PASS");
    auto const changed = [&](std::function<void(evidence&)> const& change) {
        scene other = given;
        change(other.facts);
        return other;
    };
    CHECK(changed([](auto& e) { e.format.pickle = 2; }).of(id) == "WARN");
    CHECK(changed([](auto& e) {
              e.format.pickle = 2;
              e.allow_patterns = {"*.safetensors", "*.json"};
          }).of(id) == "PASS");
    CHECK(changed([](auto& e) {
              e.format.safetensors = 0;
              e.format.safe_set_complete = false;
              e.format.pickle = 2;
              e.allow_patterns = {"*.safetensors"};
          }).of(id) == "FAIL");
    CHECK(changed([](auto& e) { e.format = {}; }).of(id) == "WARN unknown");
    CHECK(changed([](auto& e) { e.scan = scan_level::unsafe; }).of(id) == "FAIL");
    CHECK(changed([](auto& e) { e.scan = scan_level::suspicious; }).of(id) == "WARN");
    CHECK(changed([](auto& e) { e.scan = scan_level::queued; }).of(id) == "WARN unknown");
    CHECK(changed([](auto& e) { e.scan.reset(); }).of(id) == "WARN unknown");
    CHECK(changed([](auto& e) { e.custom_code.reset(); }).of(id) == "WARN unknown");
    auto coded = changed([](auto& e) {
        e.custom_code = true;
        e.auto_map = {"AutoModel=modeling_x.Model"};
    });
    CHECK(coded.of(id) == "FAIL");
    CHECK(has(coded.why(id), "has not been reviewed"));
    coded.approve(days_before(1), reference_day + 90 * 24h);
    CHECK(coded.of(id) == "PASS");
    // What is known to be wrong is named, not what is only unknown.
    auto both = changed([](auto& e) {
        e.scan.reset();
        e.format.pickle = 2;
    });
    CHECK(both.of(id) == "WARN");
}

TEST_CASE("an authenticated source: gates, and mirrors that go around them", "[policy]") {
    constexpr auto id = "policy-authenticated-source";
    scene given;
    CHECK(given.of(id) == "PASS");
    given.facts.gate = gating::open;
    CHECK(given.of(id) == "WARN");
    given.facts.gate = gating::unknown;
    CHECK(given.of(id) == "WARN unknown");
    given.facts.gate = gating::open;
    given.facts.base_relation = "quantized";
    given.facts.bases = {resolved_base("meta-llama/Llama-3.1-8B")};
    given.facts.bases[0].gate = gating::manual;
    CHECK(given.of(id) == "FAIL");
    given.facts.is_private = true; // a copy of one's own
    CHECK(given.of(id) != "PASS unknown");
}

TEST_CASE("third-party reviews: who must have one, and whether it holds", "[policy]") {
    constexpr auto id = "policy-tprm";
    auto const with_keys = [](std::string const& keys) {
        scene given;
        given.register_publisher(keys);
        return given.of(id);
    };
    std::string const startup = "kind = \"org\"\ntype = \"startup\"\n";
    std::string const person = "kind = \"user\"\ntype = \"individual\"\n";
    std::string const state = "kind = \"org\"\ntype = \"government-affiliated\"\n";
    std::string const approved = "tprm_status = \"Approved\"\n";
    CHECK(with_keys(startup) == "WARN");
    CHECK(with_keys(person) == "FAIL");
    CHECK(with_keys(state) == "FAIL");
    for (auto const& type : {startup, person, state}) {
        CHECK(with_keys(type + approved + "tprm_expires = \"2026-04-30\"\n") == "PASS");
        CHECK(with_keys(type + approved + "tprm_expires = \"2026-04-29\"\n") != "PASS");
        CHECK(with_keys(type + approved) != "PASS");
        CHECK(with_keys(type + "tprm_status = \"refused\"\ntprm_expires = \"2027-01-01\"\n") != "PASS");
    }
    CHECK(with_keys(startup + approved + "tprm_expires = \"2027-01-01\"\ndenylisted = true\n") == "FAIL");
    scene stranger;
    stranger.facts = spotless("nobody-knows/model");
    CHECK(stranger.of(id) == "FAIL");
    CHECK(has(stranger.why(id), "nobody-knows (unknown): not in the registry"));
}

TEST_CASE("outdated models have a grace, counted from when they became so", "[policy]") {
    constexpr auto id = "policy-unpatched";
    scene given;
    CHECK(given.of(id) == "PASS");
    given.facts.successor.state = successor_state::one;
    given.facts.successor.pick = "google/next-9b";
    CHECK(given.of(id) == "WARN");
    CHECK(has(given.why(id), "since when is not recorded"));
    given.watched = watch_facts{};
    given.watched->outdated_since = days_before(90);
    CHECK(given.of(id) == "WARN");
    CHECK(has(given.why(id), "the grace ends on 2026-04-29"));
    given.watched->outdated_since = days_before(91);
    CHECK(given.of(id) == "FAIL");
    given.rules.unpatched_grace = std::chrono::days{100};
    CHECK(given.of(id) == "WARN");
}

TEST_CASE("what nobody has touched for years is out of grace, recorded or not", "[policy]") {
    scene given;
    given.facts.model_changed_at = days_before(730 + 91);
    CHECK(given.of("policy-unpatched") == "FAIL");
    given.facts.model_changed_at = days_before(730 + 80);
    CHECK(given.of("policy-unpatched") == "WARN");
    given.facts.model_changed_at.reset();
    CHECK(given.of("policy-unpatched") == "WARN unknown");
}

TEST_CASE("production is pinned; others need not be", "[policy]") {
    constexpr auto id = "policy-pinned";
    scene given;
    CHECK(given.of(id) == "-");
    given.watched = watch_facts{};
    given.watched->revision = "main";
    given.watched->tags = {{"env", "dev"}};
    CHECK(given.of(id) == "-");
    given.watched->tags = {{"env", "Production"}};
    CHECK(given.of(id) == "FAIL");
    CHECK(has(given.why(id), "production follows main"));
    given.watched->revision = std::string(40, 'a');
    CHECK(given.of(id) == "PASS");
    given.watched->revision = "main";
    given.watched->deployed = "ccccccc";
    CHECK(given.of(id) == "PASS");
}

TEST_CASE("licences and commercial use", "[policy]") {
    constexpr auto id = "policy-license-commercial";
    auto const licensed = [](std::vector<std::string> ids) {
        scene given;
        given.facts.license = {std::move(ids), {}, {}};
        given.facts.license_tags = given.facts.license.ids;
        return given;
    };
    CHECK(licensed({"mit"}).of(id) == "PASS");
    CHECK(licensed({"cc-by-nc-4.0"}).of(id) == "FAIL");
    CHECK(licensed({}).of(id) == "FAIL");
    CHECK(licensed({"house-rules"}).of(id) == "WARN unknown");
    for (auto const* const conditional : {"gemma", "gpl-3.0", "openrail"}) {
        auto given = licensed({conditional});
        CHECK(given.of(id) == "WARN");
        given.approve(days_before(1), reference_day + 90 * 24h);
        CHECK(given.of(id) == "PASS");
    }
    auto research = licensed({"cc-by-nc-4.0"});
    research.numbers.commercial_use = false;
    CHECK(research.of(id) == "-");
    scene unread;
    unread.facts.license = {};
    unread.facts.license_tags.clear();
    unread.facts.commit.clear();
    CHECK(unread.of(id) == "WARN unknown");
}

TEST_CASE("training of owners is judged where it is recorded", "[policy]") {
    constexpr auto id = "policy-awareness";
    scene given;
    given.watched = watch_facts{};
    given.watched->tags = {{"team", "search"}};
    CHECK(given.of(id) == "-");
    given.rules.training = {{"search", days_before(365)}, {"nina", days_before(366)}};
    CHECK(given.of(id) == "PASS");
    given.watched->tags["owner"] = "nina";
    CHECK(given.of(id) == "WARN");
    CHECK(has(given.why(id), "nina was trained on 2025-04-28, longer ago than"));
    given.watched->tags["owner"] = "stranger";
    CHECK(given.of(id) == "WARN unknown");
    given.watched->tags.clear();
    CHECK(given.of(id) == "WARN unknown");
    given.watched.reset();
    CHECK(given.of(id) == "-");
}

TEST_CASE("the organisation's own rules apply where they are set, and count as asked for", "[policy]") {
    scene given;
    for (auto const& one : given.judge())
        CHECK_FALSE(one.asked);
    for (auto const* const id :
         {"policy-require-review",
          "policy-require-formats",
          "policy-deny-licenses",
          "policy-require-gated",
          "policy-max-rating"})
        CHECK(given.of(id) == "-");
    given.rules.require_review = true;
    given.rules.require_formats = {"safetensors"};
    given.rules.deny_licenses = {"cc-by-nc-*"};
    given.rules.require_gated = true;
    given.rules.max_rating = risk_level::medium;
    given.rules.enforce = {"policy-tprm"};
    std::set<std::string> asked;
    for (auto const& one : given.judge()) {
        if (one.asked) asked.insert(one.id);
    }
    CHECK(
        asked ==
        std::set<std::string>{
            "policy-tprm",
            "policy-require-review",
            "policy-require-formats",
            "policy-deny-licenses",
            "policy-require-gated",
            "policy-max-rating"
        }
    );
}

TEST_CASE("required formats are compared with what deployments load", "[policy]") {
    constexpr auto id = "policy-require-formats";
    scene given;
    given.rules.require_formats = {"safetensors", "gguf"};
    CHECK(given.of(id) == "FAIL unknown");
    given.watched = watch_facts{};
    CHECK(given.of(id) == "FAIL unknown");
    given.watched->formats = {"gguf"};
    CHECK(given.of(id) == "PASS");
    given.watched->formats = {"bin", "safetensors"};
    CHECK(given.of(id) == "FAIL");
    CHECK(given.why(id) == "weights in bin; allowed are safetensors, gguf");
    given.watched->formats->clear();
    CHECK(given.of(id) == "FAIL");
}

TEST_CASE("denied licenses are globs over everything that the card states", "[policy]") {
    constexpr auto id = "policy-deny-licenses";
    scene given;
    given.rules.deny_licenses = {"cc-by-NC-*", "falcon-*"};
    CHECK(given.of(id) == "PASS");
    given.facts.license_tags = {"CC-BY-NC-4.0"};
    CHECK(given.of(id) == "FAIL");
    given.facts.license = {{"other"}, "falcon-llm-license", {}};
    given.facts.license_tags = {"other"};
    CHECK(given.of(id) == "FAIL");
    given.facts.license = {};
    given.facts.license_tags.clear();
    CHECK(given.of(id) == "WARN");
    given.facts.commit.clear();
    CHECK(given.of(id) == "FAIL unknown");
}

TEST_CASE("gates and ratings as the organisation requires them", "[policy]") {
    scene given;
    given.rules.require_gated = true;
    given.rules.max_rating = risk_level::low;
    CHECK(given.of("policy-require-gated") == "PASS");
    CHECK(given.of("policy-max-rating") == "PASS");
    given.facts.gate = gating::open;
    CHECK(given.of("policy-require-gated") == "FAIL");
    given.facts.gate = gating::unknown;
    CHECK(given.of("policy-require-gated") == "FAIL unknown");
    given.facts.scan = scan_level::unsafe;
    CHECK(given.of("policy-max-rating") == "FAIL");
    CHECK(has(given.why("policy-max-rating"), "rated High"));
    CHECK(has(given.why("policy-max-rating"), "allowed is Low"));
}

TEST_CASE("a required review may be due soon, but not be missing", "[policy]") {
    constexpr auto id = "policy-require-review";
    scene given;
    given.rules.require_review = true;
    CHECK(given.of(id) == "FAIL");
    given.approve(days_before(300), reference_day + 24h);
    CHECK(given.of("policy-formal-review") == "WARN");
    CHECK(given.of(id) == "PASS");
    given.now += 24h;
    CHECK(given.of(id) == "FAIL");
}

TEST_CASE(
    "an exception accepts a FAIL until it ends, for its commit and policy, and never passes", "[policy]"
) {
    scene given;
    policy_exception granted;
    granted.policy = "policy-formal-review";
    granted.commit = given.facts.commit;
    granted.approved_by = "ciso";
    granted.until = reference_day + 24h;
    given.exceptions = {granted};
    auto const accepted = given.find("policy-formal-review").value();
    CHECK(accepted.value == verdict::fail);
    CHECK(accepted.accepted_until == granted.until);
    CHECK(accepted.accepted_by == "ciso");
    CHECK_FALSE(accepted.violated());
    given.now += 24h;
    CHECK(given.find("policy-formal-review")->violated());
    given.now = reference_day;
    given.exceptions[0].commit = std::string(40, 'e');
    CHECK(given.find("policy-formal-review")->violated());
    given.exceptions[0].commit = given.facts.commit;
    given.exceptions[0].policy = "policy-tprm";
    CHECK(given.find("policy-formal-review")->violated());
    // A warning needs no exception.
    CHECK_FALSE(given.find("policy-tprm")->accepted_until);
}

TEST_CASE("nothing that is unknown passes", "[policy]") {
    scene given;
    given.facts = {};
    given.facts.hub = "hub";
    given.facts.repo = "nobody-knows/model";
    given.facts.observed_at = reference_day;
    given.rules.require_review = true;
    given.rules.require_formats = {"safetensors"};
    given.rules.deny_licenses = {"x"};
    given.rules.require_gated = true;
    given.rules.max_rating = risk_level::low;
    given.rules.training = {{"a", reference_day}};
    given.watched = watch_facts{};
    given.watched->revision = "main";
    given.watched->tags = {{"env", "prod"}};
    auto const all = given.judge();
    CHECK(all.size() == policies().size());
    for (auto const& one : all) {
        CAPTURE(one.id, one.why);
        CHECK(one.value != verdict::pass);
        CHECK_FALSE(one.why.empty());
    }
}
