#include "daemon/http/page.hpp"
#include "tests/support/catch.hpp"

#include <boost/json/parse.hpp>

using namespace modelwatch;
using namespace modelwatch::http;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

instant const noon = *from_rfc3339("2026-11-22T12:00:00Z");
page_frame const frame{"1.2.3", noon, 15};

model_row row(std::string repo, double score, std::string staleness = "current") {
    model_row out;
    out.repo = std::move(repo);
    out.rating = "Medium";
    out.score = score;
    out.levels = {"Low", "Medium", "High", "Low-Medium", ""};
    out.staleness = std::move(staleness);
    out.last_success = noon - 1h;
    make_searchable(out);
    return out;
}

std::vector<std::size_t> order(std::string const& page, std::vector<std::string> const& names) {
    std::vector<std::size_t> out;
    for (auto const& name : names)
        out.push_back(page.find(">" + name + "</a>"));
    return out;
}

response table(std::vector<model_row> const& rows, table_view const& view) {
    std::vector<model_row const*> shown;
    for (auto const& one : rows)
        shown.push_back(&one);
    return index_page(shown, view, frame);
}

std::string const nasty = "a/<script>alert(1)</script>\"'&{{{x}}}\x1b[31m";

} // namespace

TEST_CASE("the table shows one page of what fits, in the order that was asked for", "[page]") {
    std::vector<model_row> const rows{row("a/low", 10), row("b/high", 90, "outdated"), row("c/mid", 50)};
    auto const by_rating = table(rows, {"", "rating", 1}).body;
    auto const at = order(by_rating, {"b/high", "c/mid", "a/low"});
    CHECK(at[0] < at[1]);
    CHECK(at[1] < at[2]);
    auto const turned = order(table(rows, {"", "-rating", 1}).body, {"a/low", "c/mid", "b/high"});
    CHECK(turned[0] < turned[1]);
    CHECK(turned[1] < turned[2]);
    auto const filtered = table(rows, {"OUTDATED b/", "model", 1}).body;
    CHECK_THAT(filtered, Contains(">b/high</a>") && !Contains(">a/low</a>"));
    CHECK_THAT(filtered, Contains("1 of 3 models"));
    CHECK_THAT(by_rating, Contains("aria-sort=\"ascending\""));
}

TEST_CASE("a long table comes in pages, and one past the end is the last", "[page]") {
    std::vector<model_row> rows;
    for (std::size_t i = 0; i < 2 * rows_per_page + 1; ++i)
        rows.push_back(row("a/m" + std::to_string(1000 + i), 10));
    auto const last = table(rows, {"", "model", 99}).body;
    CHECK_THAT(last, Contains(">a/m1200</a>") && !Contains(">a/m1199</a>") && Contains("page 3 of 3"));
    CHECK_THAT(last, Contains("rel=\"prev\"") && !Contains("rel=\"next\""));
}

TEST_CASE("text of others is text in the table, in its links and in the filter", "[page]") {
    auto one = row(nasty, 10);
    one.labels = nasty;
    one.staleness = nasty;
    auto const page = table({one}, {nasty, "model", 1}).body;
    CHECK_THAT(page, !Contains("<script>alert") && !Contains("\x1b") && Contains("&lt;script&gt;"));
    auto const all = table({one}, {"", nasty, 1}).body;
    CHECK_THAT(all, !Contains("<script>alert"));
}

TEST_CASE("an unknown sort or page in an address falls back to what people want first", "[page]") {
    request asked;
    asked.query = {{"sort", std::string(100, 'x')}, {"page", "-3"}, {"q", "  gemma "}};
    auto const view = view_of(asked);
    CHECK(view.sort == "alerts");
    CHECK(view.page == 1);
    CHECK(view.filter == "gemma");
    CHECK(table({row("a/b", 1)}, {"", "nonsense", 1}).status == 200);
}

TEST_CASE("a model's page shows its receipt, its alerts, its commits and its differences as text", "[page]") {
    auto const model = json::parse(R"json({
        "status": {"repo": "tiiuae/falcon-7b", "revision": "main", "standing": "present", "staleness": "outdated",
                   "baseline_commit": "aaaaaaaaaaaa", "commit": "bbbbbbbbbbbb", "labels": {"env": "prod"}},
        "url": "javascript:alert(1)",
        "assessment": {"rating": "Medium-High", "score": 53.5, "confidence": 1.0, "rubric": "1.0", "floors": ["F7"],
            "vector": "MSC:1.0/AG:no", "disposition": "Full review.",
            "dimensions": [{"id": "access", "level": "Medium", "score": 40, "findings": [
                {"check": "access-gating", "outcome": "no", "points": 20, "evidence": "gated=false <b>", "remediation": "Prefer"}]}],
            "policy": [{"id": "policy-tprm", "verdict": "FAIL", "why": "no record"}]},
        "alerts": [{"severity": "high", "kind": "weights-replaced", "summary": "<img src=x>", "state": "open",
                    "opened_at": "2026-11-22T09:00:00Z"}],
        "commits": [{"id": "bbbbbbbbbbbb", "title": "{{{title}}}<i>", "date": "2026-11-22T09:00:00Z"}],
        "diff": {"from": "aaaaaaaaaaaa", "to": "bbbbbbbbbbbb", "problem": null, "omitted": 0, "files": [
            {"path": "config.json", "change": "changed", "role": "config", "old_size": 1, "new_size": 2,
             "text_diff": "-a <u>\n+b"}]},
        "events": [], "messages": [{"notifier": "ops", "type": "alert.opened", "state": "delivered", "attempts": 1}]
    })json")
                           .as_object();
    auto const page = model_page(model, frame).body;
    for (auto const* wanted :
         {"Rating: Medium-High (53.5)",
          "gated=false &lt;b&gt;",
          "<td class=\"number\">20</td>",
          "F7",
          "&lt;img src=x&gt;",
          "{{{title}}}&lt;i&gt;",
          "-a &lt;u&gt;",
          "policy-tprm",
          "env=prod",
          "upstream</span>"}) {
        INFO(wanted);
        CHECK_THAT(page, Contains(wanted));
    }
    CHECK_THAT(page, !Contains("javascript:"));
}

TEST_CASE("a model that was not assessed does not look as if it were", "[page]") {
    auto const model = json::parse(R"({"status": {"repo": "a/b"}, "assessment": null})").as_object();
    auto const page = model_page(model, frame).body;
    CHECK_THAT(page, Contains("Not assessed yet") && Contains("No verdict yet"));
}

TEST_CASE("static files are the ones of the page and no others", "[page]") {
    CHECK_THAT(static_file("page.css").body, Contains("prefers-color-scheme"));
    CHECK(static_file("page.js").type == "text/javascript; charset=utf-8");
    CHECK(static_file("../page.css").status == 404);
}
