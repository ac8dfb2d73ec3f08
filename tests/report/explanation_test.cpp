#include "daemon/assess/policy.hpp"
#include "daemon/model/text.hpp"
#include "daemon/report/explanation_texts.hpp"
#include "tests/support/catch.hpp"

#include <map>
#include <set>

using namespace modelwatch;

namespace {

report::explanation const& explained(std::string_view word) {
    auto const* const found = report::find_explanation(word);
    CAPTURE(word);
    REQUIRE(found != nullptr);
    return *found;
}

} // namespace

TEST_CASE("every kind of alert is explained, with the severity of the table", "[explain]") {
    for (auto const& row : alert_kinds()) {
        auto const& one = explained(row.name);
        CAPTURE(row.name);
        CHECK(one.about == report::topic::alert);
        CHECK(one.numbers.at(0).value == to_string(row.level));
        CHECK(one.first == row.action);
    }
}

TEST_CASE("every check is explained, with every outcome and its points", "[explain]") {
    for (auto const& row : assess::checks()) {
        auto const& one = explained(row.name);
        CAPTURE(row.name);
        CHECK(one.about == report::topic::check);
        REQUIRE(one.numbers.size() == row.outcomes.size());
        for (std::size_t i = 0; i < row.outcomes.size(); ++i) {
            CHECK(one.numbers[i].name == row.outcomes[i].name);
            CHECK(one.numbers[i].value == std::to_string(row.outcomes[i].points));
        }
    }
}

TEST_CASE("every policy, every floor and the words of a report are explained", "[explain]") {
    for (auto const& row : assess::policies())
        CHECK(explained(row.id).about == report::topic::policy);
    CHECK(report::policy_texts().size() == assess::policies().size());
    for (int i = 1; i <= 9; ++i)
        CHECK(explained("F" + std::to_string(i)).about == report::topic::floor);
    for (auto const* word :
         {"rating",
          "score",
          "vector",
          "staleness",
          "current",
          "ageing",
          "outdated",
          "unknown",
          "confidence",
          "provisional",
          "disposition",
          "Low",
          "Low-Medium",
          "Medium",
          "Medium-High",
          "High"})
        static_cast<void>(explained(word));
}

TEST_CASE("no text of an explanation is empty, and none says what another says", "[explain]") {
    std::map<std::string, std::string> seen;
    std::set<std::string> names;
    auto const once = [&](std::string const& name, std::string const& text) {
        CAPTURE(name, text);
        CHECK_FALSE(trimmed(text).empty());
        auto const added = seen.emplace(text, name).second;
        CHECK(added);
    };
    for (auto const& one : report::explanations()) {
        CAPTURE(one.name);
        CHECK(names.insert(lower(one.name)).second);
        once(one.name, one.meaning);
        once(one.name, one.matters);
        once(one.name, one.first);
        once(one.name, one.closes);
        CHECK_FALSE(one.configure.empty());
        CHECK_FALSE(one.place.empty());
        CHECK(one.meaning.find("TODO") == std::string::npos);
    }
}

TEST_CASE("incidents are dated, told once, and all of them used", "[explain]") {
    std::set<std::string_view> texts;
    std::set<std::string_view> used;
    for (auto const& one : report::explanations()) {
        for (auto const* happened : one.incidents)
            used.insert(happened->id);
    }
    for (auto const& one : report::incidents()) {
        CAPTURE(one.id);
        CHECK(texts.insert(one.what).second);
        CHECK(one.when.find("20") != std::string_view::npos);
        CHECK(used.contains(one.id));
    }
    CHECK_THROWS_AS(report::find_incidents("no-such-thing"), std::logic_error);
}

TEST_CASE("words are found in any case and in the prose spelling of licence", "[explain]") {
    CHECK(explained("licence-class").name == "license-class");
    CHECK(explained("licence-changed").name == "license-changed");
    CHECK(explained("policy-licence-commercial").name == "policy-license-commercial");
    CHECK(explained("f7").name == "F7");
    CHECK(explained("medium-high").name == "Medium-High");
    CHECK(explained("WEIGHTS-REPLACED").name == "weights-replaced");
}

TEST_CASE("a wrong word gets the nearest one", "[explain]") {
    CHECK(report::find_explanation("wieghts-replaced") == nullptr);
    CHECK(report::explanation_hint("wieghts-replaced") == "did you mean weights-replaced?");
    CHECK(report::explanation_hint("acess-gating") == "did you mean access-gating?");
    CHECK(report::explanation_hint("Medium-Hihg") == "did you mean Medium-High?");
    CHECK_THAT(report::explanation_hint("qqqqqqqqqqqqqqqqqqq"), Catch::Contains("modelwatch explain"));
}

TEST_CASE("an explanation as text says what, why, first, end and where to change it", "[explain]") {
    auto const out = report::to_text(explained("access-gating"), 80, false);
    for (auto const* words :
         {"access-gating  check, principal check of Access control",
          "What it says     Does the hub ask",
          "Why it matters",
          "It has happened",
          "What to do first",
          "What ends it",
          "Outcomes and their default points",
          "auto",
          "[rubric] points",
          "OWASP LLM03.5"})
        CHECK_THAT(out, Catch::Contains(words));
    for (auto const line : split(out, '\n')) {
        CAPTURE(line);
        CHECK(line.size() <= 90);
    }
}

TEST_CASE("the whole reference holds every word once, as a heading", "[explain]") {
    auto const all = report::explanations_markdown();
    for (auto const& one : report::explanations()) {
        auto const heading = "\n### " + one.name + "\n";
        auto const at = all.find(heading);
        CAPTURE(one.name);
        REQUIRE(at != std::string::npos);
        CHECK(all.find(heading, at + 1) == std::string::npos);
    }
}
