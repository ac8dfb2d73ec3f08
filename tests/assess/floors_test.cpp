#include "daemon/assess/scoring.hpp"
#include "tests/assess/evidence_builder.hpp"

using namespace assess_test;

namespace {

using list = std::vector<std::string>;

list floors(evidence const& facts, rubric const& numbers = {}) {
    return floor_ids(assessed(facts, numbers));
}

/// A stranger's model that nobody has touched for years.
evidence orphan() {
    return with(spotless_user(), [](evidence& e) {
        e.created_at = days_before(900);
        e.model_changed_at = days_before(800);
        e.last_modified = e.model_changed_at;
    });
}

} // namespace

TEST_CASE("a model without a worrying dimension has no floor", "[floors]") {
    CHECK(floors(spotless()).empty());
    CHECK(assessed(spotless()).rating() == risk_level::low);
}

TEST_CASE("F1: one Medium dimension keeps a model from being Low", "[floors]") {
    auto const custom = with(spotless(), [](evidence& e) { e.license.ids = e.license_tags = {"gemma"}; });
    CHECK(floors(custom) == list{"F1"});
    CHECK(assessed(custom).score() == 4.0);
    CHECK(assessed(custom).rating() == risk_level::low_medium);
    CHECK(assessed(custom).floors().at(0).raised);
}

TEST_CASE("F2: nobody accountable is Medium at least", "[floors]") {
    CHECK(floors(spotless_user()) == list{"F2"});
    CHECK(assessed(spotless_user()).rating() == risk_level::medium);
}

TEST_CASE("F3 and F4: code at load is Medium-High, of a stranger High", "[floors]") {
    auto const pickle = [](evidence& e) {
        e.format.safetensors = 0;
        e.format.pickle = 1;
        e.format.safe_set_complete = false;
    };
    CHECK(floors(with(spotless(), pickle)) == list{"F3"});
    CHECK(assessed(with(spotless(), pickle)).rating() == risk_level::medium_high);
    CHECK(floors(with(spotless_user(), pickle)) == list{"F2", "F3", "F4"});
    CHECK(assessed(with(spotless_user(), pickle)).rating() == risk_level::high);
}

TEST_CASE("F5: an orphan is High, by the account's silence or the model's", "[floors]") {
    auto superseded = [](evidence& e) { e.successor.state = successor_state::many; };
    CHECK(floors(orphan()) == list{"F2", "F5"});
    CHECK(assessed(orphan()).rating() == risk_level::high);

    auto const silent_account = with(spotless_user(), [&](evidence& e) {
        superseded(e);
        e.owner.last_activity = days_before(400);
    });
    CHECK(floors(silent_account) == list{"F2", "F5"});

    auto const busy = with(spotless_user(), superseded);
    CHECK(floors(busy) == list{"F2"}); // outdated, but somebody is at home

    auto of_a_company = orphan();
    of_a_company.author = "google";
    of_a_company.owner = spotless().owner;
    CHECK(floors(of_a_company) == list{"F1"});
}

TEST_CASE("F6: any finding of a hundred points is a stop signal, and says which", "[floors]") {
    auto const unsafe = with(spotless(), [](evidence& e) { e.scan = scan_level::unsafe; });
    CHECK(floors(unsafe) == list{"F3", "F6"});
    CHECK(assessed(unsafe).floors().at(1).why.find("format-scan") != std::string::npos);

    rubric strict;
    strict.points["format-custom-code.automap"] = 100;
    auto const code = with(spotless(), [](evidence& e) { e.custom_code = true; });
    CHECK(floors(code, strict) == list{"F3", "F6"});
    CHECK(floors(code) == list{"F1"});
}

TEST_CASE("a floor can be switched off, and another one then shows what is left", "[floors]") {
    rubric numbers;
    numbers.floors_off = {"F2"};
    CHECK(floors(spotless_user(), numbers) == list{"F1"});
    CHECK(assessed(spotless_user(), numbers).rubric_differences() == list{"floors_off = F2 (default none)"});
}

TEST_CASE("a floor that the score already meets holds without raising", "[floors]") {
    auto const facts = with(orphan(), [](evidence& e) {
        e.gate = gating::open;
        e.license = {};
        e.license_tags.clear();
    });
    auto const result = assessed(facts);
    REQUIRE(result.score() >= 45);
    for (auto const& floor : result.floors()) {
        CAPTURE(floor.id);
        CHECK(floor.raised == (floor.id == "F5"));
    }
}
