#include "tests/assess/golden_models.hpp"

#include <fmt/format.h>

using namespace assess_test;

TEST_CASE("the reference models and their neighbours come out as published", "[golden]") {
    for (auto const& row : golden_rows()) {
        auto const result = assessed(row.facts);
        CAPTURE(row.name, result.vector());
        std::array<int, dimension_count> scores{};
        for (auto const which : dimensions)
            scores[static_cast<std::size_t>(which)] = result.of(which).score;
        CHECK(scores == row.scores);
        CHECK(result.score() == row.total); // exactly: tenths are integers
        CHECK(to_string(result.rating()) == to_string(row.rating));
    }
}

TEST_CASE("the floors of the published table hold, and F1 only where it is alone", "[golden]") {
    using list = std::vector<std::string>;
    auto const rows = golden_rows();
    auto const floors = [&](std::size_t row) { return floor_ids(assessed(rows[row].facts)); };
    CHECK(floors(0) == list{"F1"});
    CHECK(floors(1) == list{"F2", "F5"});
    CHECK(floors(2) == list{"F7"});
    CHECK(floors(6) == list{"F3"});
    CHECK(floors(9).empty());
    CHECK(floors(10) == list{"F2", "F3", "F4", "F8"});
    CHECK(floors(11) == list{"F3", "F6"});
    CHECK(floors(12) == list{"F2", "F6"});
    CHECK(floors(13) == list{"F9"});
}

TEST_CASE("only what is not known lowers the confidence", "[golden]") {
    // The published column says 92, 71, 82 and 38 % for the last four: it counted about thirteen checks a
    // model. Here every check counts that applies and that costs points when nothing is known.
    auto const rows = golden_rows();
    auto const percent = [&](std::size_t row) {
        return fmt::format("{:.0f}", 100 * assessed(rows[row].facts).confidence());
    };
    for (std::size_t const row : {0U, 1U, 2U, 3U, 4U, 5U, 7U, 8U, 9U, 11U})
        CHECK(percent(row) == "100");
    CHECK(percent(6) == "93");
    CHECK(percent(10) == "79");
    CHECK(percent(12) == "93");
    CHECK(percent(13) == "29");
    for (std::size_t row = 0; row < rows.size(); ++row)
        CHECK(assessed(rows[row].facts).provisional() == (row == 13));
}

TEST_CASE("equal weights leave the three reference ratings as they are", "[golden]") {
    rubric equal;
    equal.weights = {0.2, 0.2, 0.2, 0.2, 0.2};

    struct row {
        evidence facts;
        double score;
        risk_level rating;
    };

    for (auto const& one :
         {row{gemma_2_2b(), 26.0, risk_level::low_medium},
          row{falcon_7b(), 48.0, risk_level::medium_high},
          row{thebloke_mistral_gguf(), 56.0, risk_level::high}}) {
        auto const result = assessed(one.facts, equal);
        CAPTURE(result.repo());
        CHECK(result.score() == one.score);
        CHECK(to_string(result.rating()) == to_string(one.rating));
    }
}

TEST_CASE("the orphaned copy stays High when less is known of it", "[golden]") {
    auto facts = thebloke_mistral_gguf();
    facts.bases[0].successor = {};
    facts.bases[0].model_changed_at.reset();
    facts.owner.last_activity.reset();
    CHECK(assessed(facts).score() == 57.5);
    CHECK(assessed(facts).rating() == risk_level::high);

    facts.bases[0] = {};
    facts.bases[0].repo = "mistralai/Mistral-7B-Instruct-v0.2";
    facts.scan.reset();
    CHECK(assessed(facts).score() == 65.0);
    CHECK(assessed(facts).rating() == risk_level::high);
}

TEST_CASE(
    "the government-affiliated model moves with what is known and with the operator's home", "[golden]"
) {
    auto plain = falcon_7b();
    plain.custom_code = false;
    plain.auto_map.clear();
    plain.format.python_files = 0;
    CHECK(assessed(plain).score() == 46.0);
    CHECK(assessed(plain).rating() == risk_level::medium_high);

    auto one = falcon_7b();
    one.successor.state = successor_state::one;
    CHECK(assessed(one).score() == 49.5);
    CHECK(assessed(one).rating() == risk_level::medium_high);

    auto unrecognised = falcon_7b();
    unrecognised.successor = {};
    CHECK(assessed(unrecognised).score() == 43.5);
    CHECK(assessed(unrecognised).rating() == risk_level::medium);

    rubric at_home;
    at_home.home_jurisdictions = {"AE"};
    CHECK(assessed(falcon_7b(), at_home).score() == 44.5);
    CHECK(assessed(falcon_7b(), at_home).rating() == risk_level::medium);
}

TEST_CASE("an elevated jurisdiction raises a model to Medium", "[golden]") {
    rubric numbers;
    numbers.elevated_jurisdictions = {"CN"};
    auto const result = assessed(golden_rows()[5].facts, numbers);
    CHECK(result.of(dimension::publisher).score == 30);
    CHECK(result.score() == 29.0);
    CHECK(result.rating() == risk_level::medium);
    CHECK(floor_ids(result) == std::vector<std::string>{"F7"});
}

TEST_CASE("the three reference ratings hold for any day from 2025 to 2027", "[golden]") {
    // Their successors are taken as known throughout, as in the published calculation.
    rubric const numbers;
    for (auto now = day("2025-01-31"); now <= day("2027-04-30"); now += std::chrono::days{30}) {
        CAPTURE(to_rfc3339(now));
        auto const rating = [&](evidence const& facts) {
            return std::string{to_string(assess::assess(facts, context(numbers, now)).rating())};
        };
        CHECK(rating(gemma_2_2b()) == "Low-Medium");
        CHECK(rating(falcon_7b()) == "Medium-High");
        CHECK(rating(thebloke_mistral_gguf()) == "High");
    }
}

TEST_CASE("every rating asks for more than the one below it, and sooner again", "[disposition]") {
    auto const result = assessed(falcon_7b());
    for (std::string_view const part : {"full TPRM", "CISO approval", "legal review"})
        CHECK(result.disposition().find(part) != std::string_view::npos);
    CHECK(result.review_interval() == std::chrono::days{91});
    CHECK(assessed(gemma_2_2b()).review_interval() == std::chrono::days{365});
    CHECK(assessed(thebloke_mistral_gguf()).review_interval() == std::chrono::days{30});
    CHECK(disposition_of(risk_level::low).find("pin by commit") != std::string_view::npos);
    CHECK(review_interval_of(risk_level::medium) == std::chrono::days{182});
}
