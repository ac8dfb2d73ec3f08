#include "daemon/report/content.hpp"
#include "tests/assess/evidence_builder.hpp"
#include "tests/assess/golden_models.hpp"
#include "tests/report/samples.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <regex>

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
    CHECK(out.at("policy").as_array().size() == 4);
    CHECK(text_of(out.at("policy").as_array()[3].as_object(), "verdict") == "FAIL");
    CHECK(text_of(out.at("policy").as_array()[3].as_object(), "accepted_until") == "2026-07-01T00:00:00Z");
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

TEST_CASE("the dearest findings come first, by the points that are printed", "[report]") {
    auto const shown = falcon();
    auto const all = report::dear_findings(shown.rating);
    REQUIRE(all.size() > 3);
    CHECK(assess::to_string(all[0]->check) == "version-superseded");
    for (std::size_t i = 1; i < all.size(); ++i)
        CHECK(all[i - 1]->points >= all[i]->points);
    CHECK(
        report::arithmetic(shown.rating) == "0.15 × 40 + 0.1 × 0 + 0.25 × 50 + 0.3 × 50 + 0.2 × 100 = 53.5"
    );
    auto const capped = thebloke();
    CHECK(report::sum_text(capped.rating.of(assess::dimension::publisher)).ends_with("= 130, capped at 100"));
}

TEST_CASE("a saving is what the score really falls by when the finding is mended", "[report][savings]") {
    for (auto const& facts :
         {assess_test::falcon_7b(), assess_test::gemma_2_2b(), assess_test::thebloke_mistral_gguf()}) {
        auto const shown = make_sample(facts);
        double last = 100;
        for (auto const& one : report::savings(shown.rating)) {
            auto const& about = assess::info(one.what->check);
            CAPTURE(facts.repo, about.name);
            // The rubric itself says what the score is without these points.
            assess::rubric without;
            without.points = {{fmt::format("{}.{}", about.name, one.what->outcome->name), 0}};
            auto const rest = make_sample(facts, without).rating.score();
            CHECK(shown.rating.score() - rest == Approx(one.of_score));
            CHECK(one.of_score > 0);
            CHECK(one.of_score <= last);
            last = one.of_score;
        }
    }
}

TEST_CASE("advice is only given where it can lower the score", "[report][savings]") {
    // 60 + 20 + 20 + 20 + 10 = 130, capped at 100: the small ones change nothing by themselves.
    auto const shown = thebloke();
    std::vector<std::string> named;
    for (auto const& one : report::savings(shown.rating))
        named.emplace_back(assess::to_string(one.what->check));
    auto const holds = [&](std::string const& name) {
        return std::find(named.begin(), named.end(), name) != named.end();
    };
    CHECK(holds("publisher-type"));
    CHECK_FALSE(holds("publisher-single-point"));
    CHECK_FALSE(holds("publisher-origin"));
    std::vector<report::subject> const one{shown.view()};
    auto const page = report::html(one);
    // 130 - 60 = 70: of the 60 points only 30 count, times 0.3.
    CHECK_THAT(page, Catch::Contains("(publisher-type, lowers the score by 9)"));
    CHECK(page.find(", up to ") == std::string::npos);
}

TEST_CASE("a dimension that no single finding can lower says so", "[report][savings]") {
    auto facts = assess_test::thebloke_mistral_gguf();
    assess::rubric numbers;
    numbers.points = {
        {"publisher-type.individual", 30},
        {"publisher-single-point.single", 60},
        {"publisher-origin.repackaged", 60}
    };
    auto const shown = make_sample(facts, numbers);
    auto const held = report::held_by_several(shown.rating);
    REQUIRE(held.size() == 1);
    CHECK(held.front() == assess::dimension::publisher);
    std::vector<report::subject> const one{shown.view()};
    CHECK_THAT(
        report::html(one),
        Catch::Contains("stays as it is unless several of its findings are mended together")
    );
}

TEST_CASE("no advice contradicts what the report has seen", "[report][advice]") {
    auto const page_of = [](sample const& shown) {
        std::vector<report::subject> const one{shown.view()};
        return report::html(one) + report::markdown(one) + report::table(one, plain()) +
               to_line(report::to_json(shown.view())) + to_line(report::sarif(one, "1")["runs"]);
    };
    auto const list = [](std::string const& page) { return page.substr(0, page.find("Receipt")); };
    CHECK(list(page_of(thebloke())).find("onvert pickles") == std::string::npos); // GGUF only
    CHECK(list(page_of(falcon())).find("Enter the publisher in the registry") == std::string::npos);
    auto google = assess_test::gemma_2_2b();
    google.owner.last_activity = assess_test::day("2023-01-01");
    auto const quiet = page_of(make_sample(google));
    CHECK(quiet.find("orphaned") == std::string::npos);
    CHECK(quiet.find("no one is accountable") == std::string::npos);
}

TEST_CASE("a known publisher is never called unaccountable", "[report][advice]") {
    auto facts = assess_test::falcon_7b();
    assess::rubric numbers;
    numbers.home_jurisdictions = {"DE"};
    numbers.points = {{"publisher-jurisdiction.foreign-gov", 60}};
    auto const shown = make_sample(facts, numbers);
    REQUIRE(shown.rating.of(assess::dimension::publisher).level == assess::risk_level::high);
    std::vector<report::subject> const one{shown.view()};
    auto const page = report::html(one);
    CHECK_THAT(page, Catch::Contains("although the publisher is known"));
    CHECK(page.find("no one is accountable") == std::string::npos);
}

TEST_CASE("what was not assessed lowers the confidence that is printed", "[report]") {
    auto const shown = falcon();
    auto const share = report::known_share(shown.rating);
    CHECK(share.not_assessed > 0);
    CHECK(share.known < shown.rating.confidence());
    std::vector<report::subject> const one{shown.view()};
    auto const words = report::confidence_text(shown.rating);
    CHECK_THAT(words, Catch::EndsWith(fmt::format("{} checks not assessed", share.not_assessed)));
    CHECK_THAT(report::html(one), Catch::Contains("Confidence " + words));
    CHECK_THAT(report::markdown(one), Catch::Contains("confidence " + words));
    CHECK(report::to_json(shown.view()).at("not_assessed").as_array().size() == share.not_assessed);
    for (auto const& each : {falcon(), gemma(), thebloke(), unreachable(), hostile()})
        CHECK(report::known_share(each.rating).known <= each.rating.confidence());
}

TEST_CASE("a level never stands alone: it says of what", "[report][html]") {
    for (auto const& shown : {gemma(), falcon(), thebloke()}) {
        std::vector<report::subject> const one{shown.view()};
        // The ruler's own marks are levels and no statement about the model.
        auto page = report::html(one);
        auto const ruler = page.find("<svg");
        page.erase(ruler, page.find("</svg>", ruler) - ruler);
        for (auto const* bare : {">Low<", ">Low-Medium<", ">Medium<", ">Medium-High<", ">High<"})
            CHECK(page.find(bare) == std::string::npos);
        CHECK(page.find("○ Low") == std::string::npos);
        CHECK_THAT(page, Catch::Contains("risk: Low"));
    }
}

TEST_CASE("rules of the organisation are only those that it has", "[report]") {
    auto const shown = falcon();
    std::vector<report::subject> const one{shown.view()};
    CHECK_THAT(report::html(one), Catch::Contains("<h3>Rules of the organisation</h3>"));
    CHECK_THAT(report::html(one), Catch::Contains("<h3>Recommendations, not enforced</h3>"));
    auto without = falcon();
    for (auto& rule : without.policy)
        rule.asked = false;
    std::vector<report::subject> const none{without.view()};
    for (auto const& page : {report::html(none), report::markdown(none), report::table(none, plain())}) {
        CHECK(page.find("ules of the organisation") == std::string::npos);
        CHECK_THAT(page, Catch::Contains("Recommendations, not enforced"));
    }
}

TEST_CASE("whether a model may be used is one word with its reasons", "[report][use]") {
    using answer = report::use_verdict::answer;
    auto const said = [](sample const& shown) { return report::may_use(shown.view()).said; };
    auto spotless = make_sample(assess_test::spotless());
    CHECK(spotless.rating.rating() == assess::risk_level::low);
    CHECK(said(spotless) == answer::yes);
    CHECK(said(gemma()) == answer::with_conditions);
    CHECK(said(thebloke()) == answer::no);
    CHECK(said(unreachable()) != answer::yes); // little is known
    auto rule = [](assess::verdict value, bool asked) {
        assess::policy_verdict out;
        out.id = "policy-safetensors";
        out.value = value;
        out.why = "because";
        out.asked = asked;
        return out;
    };
    spotless.policy = {rule(assess::verdict::fail, false)};
    CHECK(said(spotless) == answer::with_conditions);
    spotless.policy = {rule(assess::verdict::warn, true)};
    CHECK(said(spotless) == answer::with_conditions);
    spotless.policy = {rule(assess::verdict::fail, true)};
    CHECK(said(spotless) == answer::no);
    CHECK_THAT(
        report::use_text(spotless.view()),
        Catch::StartsWith("No: rated Low") && Catch::Contains("policy-safetensors fails: because")
    );
    spotless.policy.front().accepted_until = assess_test::day("2026-07-01");
    CHECK(said(spotless) == answer::with_conditions);
    spotless.policy = {rule(assess::verdict::fail, false)};
    spotless.policy.front().id = "policy-formal-review"; // a stateless report knows of none
    CHECK(said(spotless) == answer::yes);
}

TEST_CASE("no right to commercial use is a no", "[report][use]") {
    auto facts = assess_test::spotless();
    facts.license.ids = {"cc-by-nc-4.0"};
    facts.license_tags = {"cc-by-nc-4.0"};
    CHECK(report::may_use(make_sample(facts).view()).said == report::use_verdict::answer::no);
    assess::rubric research;
    research.commercial_use = false;
    CHECK(
        report::may_use(make_sample(facts, research).view()).said ==
        report::use_verdict::answer::with_conditions
    );
}

TEST_CASE(
    "every model has its verdict on one line, in every format for people and in the JSON", "[report][use]"
) {
    std::deque<sample> samples;
    samples.push_back(falcon());
    samples.push_back(hostile());
    samples.push_back(gemma());
    auto const models = views(samples);
    for (auto const width : {40U, 200U}) {
        auto const table = report::table(models, {width, false, ""});
        CHECK_THAT(
            table,
            Catch::Contains(
                "\nMay I use tiiuae/falcon-7b? No: rated Medium-High (53.5); policy-formal-review fails"
            )
        );
        CHECK_THAT(
            table, Catch::Contains("\nMay I use google/gemma-2-2b? With conditions: rated Low-Medium (22); ")
        );
    }
    CHECK_THAT(report::markdown(models), Catch::Contains("**May I use it?** With conditions: "));
    CHECK_THAT(report::html(models), Catch::Contains("<b>May I use it?</b> With conditions: "));
    auto const use = report::to_json(models[0]).at("may_use").as_object();
    CHECK(text_of(use, "answer") == "no");
    CHECK(use.at("why").as_array().size() >= 2);
}

TEST_CASE("the table says what cost points, what was not assessed and what to do", "[report][table]") {
    auto const shown = falcon();
    std::vector<report::subject> const one{shown.view()};
    auto const out = report::table(one, plain());
    for (auto const* words :
         {"Rating Medium-High, 53.5 of 100, confidence ",
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
    CHECK_THAT(
        table, Catch::Contains("Low-Medium      22    0   40    0    0   90  outdated   with conditions")
    );
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
