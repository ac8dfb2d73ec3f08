#include "daemon/report/content.hpp"
#include "tests/assess/evidence_builder.hpp"
#include "tests/report/samples.hpp"

#include <boost/json/parse.hpp>

using namespace report_test;

namespace {

json::object const& object_at(json::value const& value, std::string_view key) {
    return value.as_object().at(key).as_object();
}

report::style plain() {
    return {100, false, "1.2.3"};
}

} // namespace

TEST_CASE("formats are known by the words of the command line", "[report]") {
    using report::format;
    for (auto const one :
         {format::table, format::json, format::markdown, format::html, format::sarif, format::cyclonedx})
        CHECK(report::parse_format(report::to_string(one)) == one);
    CHECK_FALSE(report::parse_format("pdf"));
    CHECK_FALSE(report::parse_format("HTML"));
}

TEST_CASE("the JSON of an assessment has the shape of the contract", "[report][json]") {
    auto const shown = falcon();
    auto const out = report::to_json(shown.view());
    CHECK(text_of(out, "repo") == "tiiuae/falcon-7b");
    CHECK(text_of(out, "hub") == "hub");
    CHECK(text_of(out, "revision") == "main");
    CHECK(text_of(out, "commit") == shown.facts.commit);
    CHECK(text_of(out, "assessed_at") == "2026-04-29T00:00:00Z");
    CHECK(text_of(out, "rating") == "Medium-High");
    CHECK(out.at("score").as_double() == 53.5);
    CHECK(out.at("confidence").as_double() == 1.0);
    CHECK_FALSE(out.at("provisional").as_bool());
    CHECK(text_of(out, "rubric").starts_with("1.0"));
    CHECK(text_of(out, "vector").starts_with("MSC:1.0"));
    CHECK(out.at("floors").as_array() == json::array{"F7"});
    CHECK(out.at("policy").as_array().size() == 3);
    CHECK(text_of(out.at("policy").as_array()[2].as_object(), "verdict") == "FAIL");
    CHECK(text_of(out.at("policy").as_array()[2].as_object(), "accepted_until") == "2026-07-01T00:00:00Z");
    CHECK_FALSE(text_of(out, "disposition").empty());
    CHECK(text_of(out, "staleness") == "outdated");
    CHECK_FALSE(out.at("staleness_reasons").as_array().empty());
}

TEST_CASE("every finding is in the JSON, in the order of checks, with its evidence", "[report][json]") {
    for (auto const& shown : {falcon(), gemma(), thebloke(), unreachable(), hostile()}) {
        auto const out = report::to_json(shown.view());
        std::vector<std::string> seen;
        std::vector<std::string> ids;
        for (auto const& dimension : out.at("dimensions").as_array()) {
            auto const& one = dimension.as_object();
            ids.emplace_back(text_of(one, "id"));
            CHECK(one.at("score").as_int64() <= 100);
            for (auto const& finding : one.at("findings").as_array()) {
                auto const& row = finding.as_object();
                seen.emplace_back(text_of(row, "check"));
                CAPTURE(seen.back());
                for (auto const* key : {"title", "outcome", "state", "evidence", "why", "remediation"})
                    CHECK_FALSE(text_of(row, key).empty());
                CHECK(row.at("points").is_int64());
            }
        }
        CHECK(ids == std::vector<std::string>{"access", "license", "format", "publisher", "timeliness"});
        std::vector<std::string> expected;
        for (auto const& check : assess::checks())
            expected.emplace_back(check.name);
        CHECK(seen == expected);
    }
}

TEST_CASE("a finding cannot be made without evidence", "[report]") {
    CHECK_THROWS_AS(assess::proof{""}, std::logic_error);
}

TEST_CASE("the dearest findings come first, and their sum explains the score", "[report]") {
    auto const shown = falcon();
    auto const all = report::costs(shown.rating);
    REQUIRE(all.size() > 3);
    CHECK(assess::to_string(all[0].what->check) == "version-superseded");
    CHECK(all[0].of_score == Approx(12));
    for (std::size_t i = 1; i < all.size(); ++i)
        CHECK(all[i - 1].of_score >= all[i].of_score);
    CHECK(
        report::arithmetic(shown.rating) == "0.15 × 40 + 0.1 × 0 + 0.25 × 50 + 0.3 × 50 + 0.2 × 100 = 53.5"
    );
    auto const capped = thebloke();
    CHECK(report::sum_text(capped.rating.of(assess::dimension::publisher)).ends_with("= 130, capped at 100"));
}

TEST_CASE("the table says what cost points, what was not assessed and what to do", "[report][table]") {
    auto const shown = falcon();
    std::vector<report::subject> const one{shown.view()};
    auto const out = report::table(one, plain());
    for (auto const* words :
         {"Rating Medium-High, 53.5 of 100, confidence 100 %",
          "   60  version-superseded",
          "F7  at least Medium",
          "Not assessed: license-recent-change",
          "FAIL  policy-formal-review",
          "Before use: standard intake",
          "tiiuae/falcon-11B"})
        CHECK_THAT(out, Catch::Contains(words));
    CHECK(out.find('\x1b') == std::string::npos);
    CHECK(out.ends_with("\n"));
    CHECK_THAT(report::table(one, {100, true, ""}), Catch::Contains("\x1b[31mMedium-High\x1b[0m"));
}

TEST_CASE("several models get a summary first, and each its own part", "[report]") {
    std::deque<sample> samples;
    samples.push_back(falcon());
    samples.push_back(gemma());
    samples.push_back(thebloke());
    auto const models = views(samples);
    auto const table = report::table(models, plain());
    CHECK(table.starts_with("MODEL"));
    CHECK_THAT(table, Catch::Contains("Low-Medium      22    0   40    0    0   90  outdated"));
    auto const page = report::html(models);
    CHECK_THAT(page, Catch::Contains("<h1>3 models</h1>"));
    CHECK_THAT(page, Catch::Contains("<a href=\"#model-3\">TheBloke/Mistral-7B-Instruct-v0.2-GGUF</a>"));
    CHECK_THAT(page, Catch::Contains("<article id=\"model-3\">"));
    CHECK_THAT(report::markdown(models), Catch::Contains("| Model | Rating | Score |"));
    CHECK(report::sarif(models, "1").at("runs").as_array().size() == 3);
    CHECK(report::cyclonedx(models, "1").at("components").as_array().size() == 3);
    auto const document = json::parse(report::render(report::format::json, models, plain()));
    CHECK(document.as_object().at("models").as_array().size() == 3);
}

TEST_CASE("the same model twice keeps references unique", "[report][cyclonedx]") {
    std::deque<sample> samples;
    samples.push_back(gemma());
    samples.push_back(gemma());
    auto const out = report::cyclonedx(views(samples), "1");
    auto const& both = out.at("components").as_array();
    CHECK(text_of(both[0].as_object(), "bom-ref") != text_of(both[1].as_object(), "bom-ref"));
}

TEST_CASE("numbers of the JSON read like numbers", "[report][json]") {
    auto const shown = falcon();
    std::vector<report::subject> const one{shown.view()};
    auto const text = report::render(report::format::json, one, plain());
    CHECK_THAT(text, Catch::Contains("\"score\": 53.5,"));
    CHECK_THAT(text, Catch::Contains("\"confidence\": 1.0,"));
    CHECK_THAT(text, Catch::Contains("\"weight\": 0.15,"));
}

TEST_CASE("no models at all is still a document", "[report]") {
    std::vector<report::subject> const none;
    CHECK(report::render(report::format::json, none, plain()) == "{\n  \"models\": []\n}\n");
    CHECK(report::sarif(none, "1").at("runs").as_array().empty());
    CHECK(report::html(none).ends_with("</html>\n"));
}

TEST_CASE("what was never seen reads as unknown, never as good", "[report]") {
    auto const shown = unreachable();
    std::vector<report::subject> const one{shown.view()};
    auto const table = report::table(one, plain());
    CHECK_THAT(table, Catch::Contains("provisional"));
    CHECK_THAT(table, Catch::Contains("principal evidence missing"));
    CHECK_THAT(table, Catch::Contains("Hub's scanners          not told"));
    CHECK_THAT(table, Catch::Contains("Standing                not told"));
    CHECK_THAT(table, Catch::Contains("Evidence of             never"));
    CHECK(report::to_json(shown.view()).at("evidence_at").is_null());
    auto const page = report::html(one);
    CHECK_THAT(page, Catch::Contains("not known</span>"));
    CHECK_THAT(page, Catch::Contains("Provisional"));
    CHECK_FALSE(object_at(report::to_json(shown.view()), "successor").contains("quote"));
}

TEST_CASE("a package URL keeps the name's case and lowers the commit's", "[report]") {
    auto shown = thebloke();
    auto const commit = shown.rating.commit();
    CHECK(
        report::package_url(shown.view()) ==
        "pkg:huggingface/TheBloke/Mistral-7B-Instruct-v0.2-GGUF@" + commit
    );
    auto facts = assess_test::spotless("Acme/x y#z");
    facts.commit = "ABCDEF0123456789ABCDEF0123456789ABCDEF01";
    auto const odd = make_sample(facts);
    report::subject const elsewhere{odd.rating, odd.facts, odd.policy, "https://hub.corp.example/Acme/x", {}};
    CHECK(
        report::package_url(elsewhere) ==
        "pkg:huggingface/Acme/x%20y%23z@abcdef0123456789abcdef0123456789abcdef01"
    );
    auto const named = make_sample(assess_test::spotless("Acme/model"));
    report::subject const mirror{
        named.rating, named.facts, named.policy, "https://hub.corp.example:8443/Acme/model", {}
    };
    CHECK_THAT(report::package_url(mirror), Catch::EndsWith("?repository_url=https://hub.corp.example:8443"));
}
