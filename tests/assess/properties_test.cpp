#include "daemon/assess/scoring.hpp"
#include "tests/assess/golden_models.hpp"
#include "tests/assess/random_evidence.hpp"

#include <algorithm>

using namespace assess_test;

namespace {

outcome_list outcomes_of(assessment const& result) {
    outcome_list out{};
    for (auto const& check : checks())
        out[static_cast<std::size_t>(check.id)] = result.of(check.id).outcome;
    return out;
}

outcome_list random_outcomes(generator& dice) {
    outcome_list out{};
    for (auto const& check : checks())
        out[static_cast<std::size_t>(check.id)] = &check.outcomes[below(dice, check.outcomes.size())];
    return out;
}

risk_level rating(outcome_list const& outcomes, rubric const& numbers) {
    auto const counted = add_up(outcomes, numbers);
    return rating_of(counted, floors_of(outcomes, counted, numbers), numbers);
}

/// Replaces each known outcome by each worse known one of its check. Returns how many were tried.
int expect_no_lower_level(outcome_list const& outcomes, rubric const& numbers) {
    int tried = 0;
    auto const before = rating(outcomes, numbers);
    for (auto const& check : checks()) {
        auto const at = static_cast<std::size_t>(check.id);
        if (outcomes[at]->state != outcome_state::known) continue;
        for (auto const& worse : check.outcomes) {
            if (worse.state != outcome_state::known || worse.points <= outcomes[at]->points) continue;
            auto changed = outcomes;
            changed[at] = &worse;
            CAPTURE(check.name, outcomes[at]->name, worse.name);
            REQUIRE(rating(changed, numbers) >= before);
            ++tried;
        }
    }
    return tried;
}

template <class Value>
void shuffle(std::vector<Value>& values, generator& dice) {
    std::shuffle(values.begin(), values.end(), dice);
}

evidence shuffled(evidence out, generator& dice) {
    shuffle(out.license.ids, dice);
    shuffle(out.license_tags, dice);
    shuffle(out.tags, dice);
    shuffle(out.format.risky, dice);
    shuffle(out.auto_map, dice);
    shuffle(out.reached, dice);
    shuffle(out.unreadable, dice);
    shuffle(out.bases, dice);
    shuffle(out.advisories, dice);
    shuffle(out.allow_patterns, dice);
    return out;
}

/// Every part that a failing hub can leave out, as it reads when it was never observed.
std::vector<std::function<void(evidence&)>> const removals{
    [](evidence& e) { e.gate = gating::unknown; },
    [](evidence& e) { e.discussions_disabled.reset(); },
    [](evidence& e) { e.format = {}; },
    [](evidence& e) { e.custom_code.reset(); },
    [](evidence& e) { e.scan.reset(); },
    [](evidence& e) { e.owner = {}; },
    [](evidence& e) { e.created_at.reset(); },
    [](evidence& e) { e.model_changed_at.reset(); },
    [](evidence& e) { e.last_modified.reset(); },
    [](evidence& e) { e.successor = {}; },
    [](evidence& e) { e.deprecated.reset(); },
    [](evidence& e) { e.downloads.reset(); },
    [](evidence& e) {
        // The model's own answer: without it nothing of the card is known.
        e.commit.clear();
        e.license = {};
        e.license_tags.clear();
    }
};

} // namespace

TEST_CASE("making one outcome worse never lowers a level", "[property]") {
    rubric const numbers;
    int tried = 0;
    for (auto const& row : golden_rows())
        tried += expect_no_lower_level(outcomes_of(assessed(row.facts)), numbers);
    generator dice{1};
    for (int round = 0; round < 2000; ++round)
        tried += expect_no_lower_level(random_outcomes(dice), numbers);
    CHECK(tried > 50'000);
}

TEST_CASE("floors only raise, and a score stays on its scale", "[property]") {
    rubric const numbers;
    generator dice{2};
    for (int round = 0; round < 3000; ++round) {
        auto const result = assessed(random_evidence(dice), numbers);
        CAPTURE(result.vector());
        REQUIRE(result.score() >= 0);
        REQUIRE(result.score() <= 100);
        REQUIRE(result.rating() >= numbers.level_of(result.score()));
        REQUIRE(result.confidence() >= 0);
        REQUIRE(result.confidence() <= 1);
        for (auto const& floor : result.floors()) {
            REQUIRE(result.rating() >= floor.at_least);
            REQUIRE(floor.raised == (floor.at_least > numbers.level_of(result.score())));
        }
        for (auto const& part : result.results())
            REQUIRE(part.score == std::min(part.sum, 100));
        REQUIRE((result.age() == staleness::current) == result.staleness_reasons().empty());
    }
}

TEST_CASE("the order of lists in the evidence says nothing", "[property]") {
    generator dice{3};
    for (int round = 0; round < 2000; ++round) {
        auto const facts = random_evidence(dice);
        auto const once = assessed(facts);
        auto const again = assessed(shuffled(facts, dice));
        REQUIRE(once.vector() == again.vector());
        REQUIRE(once.rating() == again.rating());
        for (auto const& check : checks())
            REQUIRE(once.of(check.id).evidence.text() == again.of(check.id).evidence.text());
    }
}

TEST_CASE("what a failing hub leaves out never makes a good model look better", "[property][unknown]") {
    generator dice{4};
    for (auto const& whole : {spotless(), spotless("openai/model-7b"), spotless("zq-labs/model-7b")}) {
        auto const before = assessed(whole);
        for (int round = 0; round < 1000; ++round) {
            auto facts = whole;
            for (auto const& remove : removals) {
                if (below(dice, 2) == 0) remove(facts);
            }
            auto const after = assessed(facts);
            CAPTURE(before.vector(), after.vector());
            REQUIRE(after.score() >= before.score());
            REQUIRE(after.rating() >= before.rating());
            REQUIRE(after.confidence() <= before.confidence());
        }
    }
}

TEST_CASE("a model of which the hub tells nothing is Medium at least, and provisional", "[unknown]") {
    for (auto const& row : golden_rows()) {
        auto facts = row.facts;
        for (auto const& remove : removals)
            remove(facts);
        auto const result = assessed(facts);
        CAPTURE(result.vector());
        CHECK(result.provisional());
        CHECK(result.rating() >= risk_level::medium);
        CHECK(result.age() != staleness::current);
    }
}

TEST_CASE("missing evidence of the format never looks like malware", "[unknown][floors]") {
    auto facts = spotless();
    facts.format = {};
    facts.custom_code.reset();
    facts.scan.reset();
    auto const result = assessed(facts);
    CHECK(result.of(dimension::format).level == risk_level::high);
    CHECK(floor_ids(result) == std::vector<std::string>{"F1"}); // no F3

    // Nor does an unfinished scan beside weights that nobody recognises: that is High on unknown evidence.
    facts = spotless();
    facts.format.safetensors = 0;
    facts.scan = scan_level::queued;
    CHECK(assessed(facts).of(dimension::format).score == 60);
    CHECK(floor_ids(assessed(facts)) == std::vector<std::string>{"F1"});
}

TEST_CASE("one unknown principal check is borne, two are too few facts", "[unknown][floors]") {
    auto one = spotless();
    one.gate = gating::unknown;
    CHECK_FALSE(assessed(one).provisional());
    auto two = one;
    two.model_changed_at.reset();
    CHECK(assessed(two).provisional());
    CHECK(floor_ids(assessed(two)) == std::vector<std::string>{"F9"});
    CHECK(assessed(two).rating() == risk_level::medium);
    rubric lenient;
    lenient.floors_off = {"F9"};
    CHECK(assessed(two, lenient).rating() == risk_level::low_medium);
    CHECK(assessed(two, lenient).provisional()); // still said
}

TEST_CASE("a finding without evidence cannot be made", "[assessment]") {
    CHECK_THROWS_AS(proof{""}, std::logic_error);
    generator dice{5};
    for (int round = 0; round < 500; ++round) {
        auto const result = assessed(random_evidence(dice));
        for (auto const& check : checks()) {
            REQUIRE_FALSE(result.of(check.id).evidence.text().empty());
            REQUIRE(result.of(check.id).evidence.text().size() <= 400);
        }
    }
}
