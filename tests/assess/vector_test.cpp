#include "tests/assess/golden_models.hpp"
#include "tests/assess/random_evidence.hpp"

using namespace assess_test;

TEST_CASE("the vector of the reference model spells out every scored check", "[vector]") {
    CHECK(
        assessed(falcon_7b()).vector() ==
        "MSC:1.0/AG:no/AN:org/AU:na/AD:no/LC:apache-2.0:perm/LP:own/LK:consistent/LR:no-baseline"
        "/FW:mixed/FC:automap/FS:safe/FT:own/FI:all"
        "/PT:gov/PJ:foreign-gov/PV:registry/PS:multi/PO:own/PD:active/PB:na/PL:none/PC:no-baseline/"
        "PA:not-told"
        "/VA:1101/VM:564/VS:many/VU:na/VE:none/VV:no-feed"
    );
}

TEST_CASE("score, rating and floors can be computed from the vector alone", "[vector][property]") {
    rubric const numbers;
    generator dice{20260429};
    for (int round = 0; round < 2000; ++round) {
        auto const result = assessed(random_evidence(dice), numbers);
        CAPTURE(result.vector());
        auto const read = read_vector(result.vector(), numbers);
        REQUIRE(read.has_value());
        CHECK(read->score == result.score());
        CHECK(read->rating == result.rating());
        CHECK(read->floors == floor_ids(result));
        CHECK(read->same_rubric);
    }
}

TEST_CASE("age limits and intended use travel in the vector", "[vector]") {
    rubric mine;
    mine.age_limits = {std::chrono::days{90}, std::chrono::days{180}, std::chrono::days{500}};
    mine.commercial_use = false;
    auto facts = falcon_7b();
    facts.license = {{"cc-by-nc-4.0"}, "", ""};
    auto const result = assessed(facts, mine);
    CHECK(result.vector().starts_with("MSC:" + mine.label() + "/AL:90.180.500/CU:no/AG:no/"));
    auto const with_mine = read_vector(result.vector(), mine);
    REQUIRE(with_mine.has_value());
    CHECK(with_mine->score == result.score());
    CHECK(with_mine->same_rubric);
    auto const with_default = read_vector(result.vector(), {});
    REQUIRE(with_default.has_value());
    CHECK(with_default->score == result.score()); // only limits and use differ, and the vector has them
    CHECK(with_default->floors == floor_ids(result));
    CHECK_FALSE(with_default->same_rubric);
}

TEST_CASE("other weights give another score from the same vector", "[vector]") {
    rubric equal;
    equal.weights = {0.2, 0.2, 0.2, 0.2, 0.2};
    auto const read = read_vector(assessed(falcon_7b()).vector(), equal);
    REQUIRE(read.has_value());
    CHECK(read->score == 48.0);
    CHECK_FALSE(read->same_rubric);
}

TEST_CASE("a publisher's text cannot forge a part of the vector", "[vector][hostile]") {
    auto facts = falcon_7b();
    facts.license = {{"other"}, "perm/LC:mit:perm/AG:manual", "x"};
    auto const result = assessed(facts);
    CHECK(result.vector().find("/LC:perm-lc-mit-perm-ag-manual:unlisted/") != std::string::npos);
    REQUIRE(read_vector(result.vector(), {}).has_value());
    CHECK(read_vector(result.vector(), {})->score == result.score());
    facts.license.name = std::string(5000, 'x');
    CHECK(assessed(facts).vector().size() < 500);
}

TEST_CASE("what is no whole vector of this rubric is refused", "[vector][hostile]") {
    auto const good = assessed(falcon_7b()).vector();
    auto const changed = [&](std::string_view from, std::string_view to) {
        auto out = good;
        out.replace(out.find(from), from.size(), to);
        return out;
    };
    REQUIRE(read_vector(good, {}).has_value());
    for (auto const& bad :
         {std::string{},
          std::string{"MSC"},
          std::string{"MSC:1.0"},
          std::string{"CVSS:4.0/AV:N"},
          good + "/",
          good + "/XX:no",
          good + "/AG:no",
          good + "/CU:yes",
          good + "/AL:1.2",
          good + "/AL:1.2.-3",
          changed("MSC:1.0", "MSC:2.0"),
          changed("/AG:no", ""),
          changed("AG:no", "AG:perhaps"),
          changed("VA:1101", "VA:-5"),
          changed("VA:1101", "VA:99999999999999999999"),
          good + std::string(10'000, '/')}) {
        CAPTURE(bad.substr(0, 300));
        CHECK_FALSE(read_vector(bad, {}).has_value());
    }
}
