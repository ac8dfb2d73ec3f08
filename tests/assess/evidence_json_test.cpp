#include "tests/assess/golden_models.hpp"
#include "tests/assess/random_evidence.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

using namespace assess_test;

namespace {

std::string text_of(evidence const& facts) {
    return json::serialize(to_json(facts));
}

evidence read(std::string const& text) {
    return evidence_from_json(json::parse(text).as_object());
}

} // namespace

TEST_CASE("evidence survives being stored, whatever it holds", "[evidence][property]") {
    generator dice{7};
    for (int round = 0; round < 2000; ++round) {
        auto const facts = random_evidence(dice);
        auto const text = text_of(facts);
        auto const back = read(text);
        REQUIRE(text_of(back) == text);
        REQUIRE(assessed(back).vector() == assessed(facts).vector());
        REQUIRE(back.advisories.size() == facts.advisories.size());
        for (std::size_t at = 0; at < facts.advisories.size(); ++at)
            REQUIRE(back.advisories[at].level == facts.advisories[at].level);
    }
}

TEST_CASE("evidence about which nothing is known is an empty object", "[evidence]") {
    CHECK(to_json(evidence{}).empty());
    CHECK(text_of(falcon_7b()).size() < 1500);
}

TEST_CASE("never observed and no are stored apart", "[evidence][unknown]") {
    evidence facts;
    CHECK_FALSE(read(text_of(facts)).discussions_disabled.has_value());
    facts.discussions_disabled = false;
    facts.baseline.emplace();
    facts.scan = scan_level::absent;
    auto const back = read(text_of(facts));
    CHECK(back.discussions_disabled == false);
    CHECK(back.baseline.has_value());
    CHECK(back.scan == scan_level::absent);
}

TEST_CASE("what is not evidence throws instead of reading as unknown", "[evidence][hostile]") {
    for (std::string const bad :
         {R"({"gated": 3})",
          R"({"gated": "sometimes"})",
          R"({"gate": "open"})",
          R"({"observed_at": "yesterday"})",
          R"({"format": {"pickle": -1}})",
          R"({"format": {"pickle": 1.5}})",
          R"({"format": []})",
          R"({"bases": [{"repo": "a/b", "trusted": true}]})",
          R"({"bases": [7]})",
          R"({"license": {"ids": "mit"}})",
          R"({"private": "yes"})",
          R"({"advisories": [{"severity": "grave"}]})",
          R"({"custom_code": null})"}) {
        CAPTURE(bad);
        CHECK_THROWS_AS(read(bad), std::exception);
    }
}
