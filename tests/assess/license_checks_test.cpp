#include "tests/assess/evidence_builder.hpp"

using namespace assess_test;

namespace {

evidence stating(license_statement stated) {
    return with(spotless(), [&](evidence& e) {
        e.license_tags.clear();
        e.license = std::move(stated);
    });
}

evidence derived(license_statement own, license_statement base) {
    return with(stating(std::move(own)), [&](evidence& e) {
        e.repo = "unsloth/Model-7B-GGUF";
        e.author = "unsloth";
        e.base_relation = "quantized";
        e.bases = {resolved_base("deepseek-ai/Model-7B")};
        e.bases[0].license = std::move(base);
    });
}

} // namespace

TEST_CASE("the stated license is put into its class", "[license]") {
    auto const file_only = with(stating({}), [](evidence& e) { e.format.license_file = true; });
    expect_each(
        check_id::license_class,
        {{"perm 0", stating({{"apache-2.0"}, "", ""})},
         {"copyleft 20", stating({{"gpl-3.0"}, "", ""})},
         {"rail 20", stating({{"openrail"}, "", ""})},
         {"custom 40", stating({{"gemma"}, "", ""})},
         {"custom 40", stating({{"other"}, "falcon-llm-license", "LICENSE.txt"})},
         {"unlisted 40", stating({{"other"}, "house-rules", "LICENSE"})},
         {"unlisted 40", file_only},
         {"nc 60", stating({{"cc-by-nc-4.0"}, "", ""})},
         {"none 60", stating({})},
         {"unknown 40", evidence{}}}
    );
    CHECK(evidence_text(stating({{"gemma"}, "", ""}), check_id::license_class) == "license=gemma");
}

TEST_CASE("a hub that tells neither card nor tags has not said that there is no license", "[license]") {
    auto const silent = with(stating({}), [](evidence& e) {
        e.card_withheld = true;
        e.baseline = baseline_evidence{e.commit, e.repo_id, e.author, {}, {{"mit"}, {}, {}}};
    });
    CHECK(assessed(silent).of(check_id::license_class).state() == outcome_state::unknown);
    CHECK(assessed(silent).of(check_id::license_consistency).state() == outcome_state::unknown);
    CHECK(found(silent, check_id::license_recent_change) == "no-baseline 0");
    CHECK(found(silent, check_id::license_provenance) == "unread 0");
    CHECK(found(silent, check_id::access_ungated_derivative) == "unread 0");
    auto const nobody = with(silent, [](evidence& e) {
        e.repo = "some-nick/model-7b";
        e.author = "some-nick";
    });
    CHECK(found(nobody, check_id::publisher_origin) == "unknown 10");
    auto const stated = with(spotless(), [](evidence& e) { e.card_withheld = true; });
    CHECK(found(stated, check_id::license_class) == "perm 0");
}

TEST_CASE("a tag without a card is a statement too", "[license]") {
    auto const tag = with(stating({}), [](evidence& e) { e.license_tags = {"mit"}; });
    CHECK(found(tag, check_id::license_class) == "perm 0");
}

TEST_CASE("no right to commercial use is a floor where commercial use is meant", "[license][floors]") {
    rubric research;
    research.commercial_use = false;
    for (auto const& facts : {stating({}), stating({{"cc-by-nc-4.0"}, "", ""})}) {
        CHECK(floor_ids(assessed(facts)) == std::vector<std::string>{"F8"});
        CHECK(assessed(facts).rating() == risk_level::medium);
        CHECK(floor_ids(assessed(facts, research)) == std::vector<std::string>{"F1"});
    }
}

TEST_CASE("a repackager cannot grant more than it received", "[license][derivative]") {
    license_statement const apache{{"apache-2.0"}, "", ""};
    license_statement const deepseek{{"other"}, "deepseek", "LICENSE-MODEL"};
    expect_each(
        check_id::license_provenance,
        {{"own 0", spotless()},
         {"same 10", derived(apache, apache)},
         {"same 10", derived(deepseek, deepseek)},
         {"differs 20", derived(apache, {{"mit"}, "", ""})},
         {"differs 20", derived({{"llama3.1"}, "", ""}, apache)},
         {"looser 40", derived({{"mit"}, "", ""}, deepseek)},
         {"unknown 20", with(derived(apache, apache), [](auto& e) { e.bases[0].resolved = false; })},
         {"unknown 20", derived(apache, {})},
         {"unread 0", evidence{}}}
    );
}

TEST_CASE("statements that contradict each other, or point at nothing, are named", "[license]") {
    auto const other_tag = with(spotless(), [](evidence& e) { e.license_tags = {"mit"}; });
    auto const dangling = stating({{"other"}, "house-rules", ""});
    expect_each(
        check_id::license_consistency,
        {{"consistent 0", spotless()},
         {"consistent 0", stating({{"other"}, "house-rules", "https://example.org/terms"})},
         {"consistent 0", with(dangling, [](evidence& e) { e.format.license_file = true; })},
         {"consistent 0", stating({{"apache-2.0"}, "Apache-2.0", ""})},
         {"inconsistent 20", dangling},
         {"inconsistent 20", other_tag},
         {"inconsistent 20", stating({{"mit", "gpl-3.0"}, "", ""})},
         {"inconsistent 20", stating({{"apache-2.0"}, "mrl", ""})},
         {"na 0", stating({})},
         {"unknown 0", evidence{}},
         {"unknown 0", with(dangling, [](evidence& e) { e.format.known = false; })}},
        {},
        {"unread"}
    );
    CHECK(evidence_text(other_tag, check_id::license_consistency) == "tag mit against card apache-2.0");
}

TEST_CASE("other terms than at the baseline wait for their review", "[license]") {
    auto const since = [](license_statement then) {
        return with(spotless(), [&](evidence& e) {
            e.baseline.emplace();
            e.baseline->license = std::move(then);
        });
    };
    expect_each(
        check_id::license_recent_change,
        {{"no 0", since({{"Apache-2.0"}, "", ""})},
         {"changed 20", since({{"mit"}, "", ""})},
         {"changed 20", since({{"apache-2.0"}, "", "LICENSE"})},
         {"no-baseline 0", spotless()}}
    );
    CHECK(
        evidence_text(since({{"mit"}, "", ""}), check_id::license_recent_change) ==
        "license=mit -> license=apache-2.0"
    );
}
