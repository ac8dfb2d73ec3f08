#include "daemon/http/page.hpp"
#include "tests/support/catch.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>

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
        out.push_back(page.find(">" + name + "</bdi></a>"));
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
    CHECK_THAT(filtered, Contains(">b/high</bdi></a>") && !Contains(">a/low</bdi></a>"));
    CHECK_THAT(filtered, Contains("1 of 3 models"));
    CHECK_THAT(by_rating, Contains("aria-sort=\"ascending\""));
}

TEST_CASE("a long table comes in pages, and one past the end is the last", "[page]") {
    std::vector<model_row> rows;
    for (std::size_t i = 0; i < 2 * rows_per_page + 1; ++i)
        rows.push_back(row("a/m" + std::to_string(1000 + i), 10));
    auto const last = table(rows, {"", "model", 99}).body;
    CHECK_THAT(
        last, Contains(">a/m1200</bdi></a>") && !Contains(">a/m1199</bdi></a>") && Contains("page 3 of 3")
    );
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

TEST_CASE("models come in the order of their alerts, then those with something held back", "[page]") {
    std::vector<model_row> rows{
        row("a/quiet", 1), row("b/held", 1), row("c/time", 1), row("d/late", 1), row("e/first", 1)
    };
    rows[1].alerts.acknowledged[4] = 1;
    auto const open = [](model_row& one, unsigned pressing, severity worst, instant since) {
        one.alerts.open = 1;
        one.alerts.worst = worst;
        one.pressing = pressing;
        one.pressing_since = since;
    };
    open(rows[2], 15, severity::critical, noon - 9h);
    open(rows[3], 1, severity::high, noon - 1h);
    open(rows[4], 1, severity::high, noon - 2h);
    auto const at = order(table(rows, {}).body, {"e/first", "d/late", "c/time", "b/held", "a/quiet"});
    CHECK(std::is_sorted(at.begin(), at.end()));
}

TEST_CASE(
    "the table says what is held back, both ages and the confidence, and its counts are links", "[page]"
) {
    auto one = row("a/b", 63.5);
    one.alerts.open = 5;
    one.alerts.worst = severity::critical;
    one.alerts.acknowledged[4] = 1;
    one.alerts.silenced = 2;
    one.alerts.silenced_until = noon + 2h;
    one.first_kind = "weights-replaced";
    one.upstream_staleness = "outdated";
    one.deployed_staleness = "current";
    one.confidence = 0.87;
    auto const page = table({one}, {}).body;
    for (auto const* wanted :
         {"5 open alerts on 1 model, 1 acknowledged critical, 2 silenced until 2026-11-22 14:00 UTC",
          ">upstream: outdated<",
          ">deployed: current<",
          "confidence 87%",
          "weights-replaced",
          "<a class=\"badge solid critical\" href=\"/alerts?repo=a%2Fb%40main\">5, worst critical</a>",
          "href=\"/alerts\""})
        CHECK_THAT(page, Contains(wanted));
}

TEST_CASE("an address of the page of alerts says the same when it is read again", "[page]") {
    request asked;
    asked.query = {
        {"state", "Silenced"},
        {"severity", "high"},
        {"kind", "weights-*"},
        {"label", "env=prod"},
        {"repo", "a/b@v1"},
        {"page", "2"}
    };
    auto const view = alerts_view_of(asked);
    CHECK(
        address_of(view) ==
        "/alerts?state=silenced&severity=high&kind=weights-%2A&label=env%3Dprod&repo=a%2Fb%40v1&page=2"
    );
    asked.query = {{"state", "closed"}, {"severity", "<b>"}, {"page", "0"}};
    CHECK(address_of(alerts_view_of(asked)) == "/alerts");
}

TEST_CASE("an alert has its id, its age, its steps and its links, and text of others stays text", "[page]") {
    auto const found = json::parse(R"json({"alerts": [
        {"id": "0192f0c1-aaaa", "severity": "critical", "kind": "weights-replaced", "summary": "<img src=x>", "state": "silenced",
         "repo": "a/b", "revision": "v1", "place": "a/b@v1", "age": "3 hours", "opened_at": "2026-11-22T09:00:00Z",
         "silenced": {"until": "2026-11-23T09:00:00Z"}, "url": "https://hub.example/a/b",
         "steps": [{"text": "Hold <b>", "command": ""}, {"text": "Look.", "command": "modelwatch diff a/b@v1"},
                   {"text": "Only after review: trust.", "command": "modelwatch accept a/b@v1", "only_after_review": true}]},
        {"id": "2", "severity": "high", "kind": "hub-unreachable", "summary": "s", "state": "open", "repo": null,
         "place": "hub/mirror", "url": "javascript:alert(1)", "opened_at": "2026-11-22T09:00:00Z", "steps": []}],
        "total": 201, "counts": "1 open, 1 silenced until 2026-11-23 09:00 UTC", "by_severity": {"critical": 1, "high": 1}
})json")
                           .as_object();
    alerts_view view;
    view.label = nasty;
    auto const page = alerts_page(found, view, frame).body;
    for (auto const* wanted :
         {"id=\"alert-0192f0c1-aaaa\"",
          "3 hours old",
          "until <time datetime=\"2026-11-23T09:00:00Z\">",
          "Hold &lt;b&gt;",
          "modelwatch diff a/b@v1",
          "Only after review",
          "href=\"/models/a/b?revision=v1#alert-0192f0c1-aaaa\"",
          "href=\"/models/a/b?revision=v1#diff-title\"",
          "href=\"https://hub.example/a/b\"",
          "hub/mirror",
          "1 open, 1 silenced until 2026-11-23 09:00 UTC",
          "href=\"/alerts?severity=critical\"",
          "201 alerts",
          "page 1 of 3"})
        CHECK_THAT(page, Contains(wanted));
    CHECK_THAT(page, !Contains("<img src=x") && !Contains("javascript:") && !Contains("<script>alert"));
    CHECK(page.find("Look.") < page.find("Only after review"));
}

TEST_CASE("a page of alerts without any says whether that is because of the filter", "[page]") {
    auto const none =
        json::parse(R"({"alerts": [], "total": 0, "counts": "none open", "by_severity": {}})").as_object();
    CHECK_THAT(alerts_page(none, {}, frame).body, Contains("No open alerts."));
    alerts_view view;
    view.kind = "stale";
    CHECK_THAT(alerts_page(none, view, frame).body, Contains("No alert fits the filter."));
}

TEST_CASE("a model's page shows its receipt, its alerts, its commits and its differences as text", "[page]") {
    auto const model = json::parse(R"json({
        "status": {"repo": "tiiuae/falcon-7b", "revision": "main", "standing": "present", "staleness": "outdated",
                   "baseline_commit": "aaaaaaaaaaaa", "commit": "bbbbbbbbbbbb", "labels": {"env": "prod"},
                   "head": {"commit": "bbbbbbbbbbbbbb", "rating": "High", "score": 71}},
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
          "<code>bbbbbbbbbbbb</code>, not accepted, is rated <span class=\"badge high\">High</span> (71).",
          "gated=false &lt;b&gt;",
          "class=\"number\">20</td>",
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

TEST_CASE("rating and staleness narrow the table, and the links keep them", "[page]") {
    auto unrated = row("d/new", 0, "unknown");
    unrated.rating.clear();
    std::vector<model_row> const rows{row("a/low", 10), row("b/high", 90, "outdated"), unrated};
    request asked;
    asked.query = {{"rating", "NONE"}, {"staleness", "\"><b>"}};
    auto const view = view_of(asked);
    CHECK(view.rating == "none");
    CHECK(view.staleness.empty());
    CHECK_THAT(table(rows, view).body, Contains(">d/new</bdi>") && !Contains(">a/low</bdi>"));
    auto const outdated = table(rows, {"", "model", 1, "", "outdated"}).body;
    CHECK_THAT(outdated, Contains("1 of 3 models") && Contains("sort=-model&amp;staleness=outdated"));
    CHECK_THAT(outdated, Contains("value=\"outdated\" selected"));
}

TEST_CASE("the pages of a long table hold every model once, in the order of one sort", "[page]") {
    std::vector<model_row> rows;
    for (std::size_t i = 0; i < 3 * rows_per_page - 7; ++i)
        rows.push_back(row("a/m" + std::to_string(1000 + (i * 7919) % 293), static_cast<double>(i % 5)));
    std::size_t seen = 0;
    std::string last;
    for (std::size_t page = 1; page <= 3; ++page) {
        auto const body = table(rows, {"", "model", page}).body;
        for (auto at = body.find("<bdi>a/m"); at != std::string::npos; at = body.find("<bdi>a/m", at + 1)) {
            auto const name = body.substr(at + 5, 7);
            CHECK(last < name);
            last = name;
            ++seen;
        }
    }
    CHECK(seen == rows.size());
}

TEST_CASE("the timeline says how far the deployed commit is behind", "[page]") {
    auto const page_with = [](std::string_view deployed) {
        auto const text = R"({"status": {"repo": "a/b", "commit": "cccc", "baseline_commit": "bbbb",
            "deployed_commit": ")" +
                          std::string{deployed} + R"("}, "commits": [{"id": "cccc", "title": "third"},
            {"id": "bbbb", "title": "second"}, {"id": "aaaa", "title": "first"}]})";
        return model_page(json::parse(text).as_object(), frame).body;
    };
    CHECK_THAT(page_with("aaaa"), Contains("The deployed commit is 2 commits behind."));
    CHECK_THAT(page_with("cccc"), Contains("The deployed commit is the newest one."));
    CHECK_THAT(page_with("dddd"), Contains("not among the 3 commits") && !Contains("newer than what"));
    CHECK_THAT(page_with(""), Contains("The baseline commit is 1 commit behind."));
}

TEST_CASE("a state that is not recorded never reads as no difference", "[page]") {
    auto const model = json::parse(R"({"status": {"repo": "a/b"}, "states": [{"commit": "aaaa"}], "diff": {
        "problem": "No state is recorded of commit <x>.", "omitted": 0, "files": []}})")
                           .as_object();
    auto const page = model_page(model, frame).body;
    CHECK_THAT(page, Contains("of commit &lt;x&gt;. Nothing was compared.") && !Contains("no file differs"));
}

TEST_CASE("past alerts and every attempt of a message are there", "[page]") {
    auto const model = json::parse(R"({"status": {"repo": "a/b"},
        "past_alerts": [{"severity": "high", "kind": "weights-replaced", "state": "resolved", "resolution": "undone <b>",
                         "opened_at": "2026-11-22T09:00:00Z", "resolved_at": "2026-11-22T10:00:00Z"}],
        "messages": [{"notifier": "ops", "type": "alert.opened", "state": "waiting", "attempts": 2,
                      "last_answer": "503 <busy>", "kinds": ["weights-replaced"], "receipts": [
            {"at": "2026-11-22T09:00:01Z", "took_ms": 12, "status": 0, "answer": ""},
            {"at": "2026-11-22T09:01:01Z", "took_ms": 9, "status": 503, "answer": "503 <busy>"}]}]})")
                           .as_object();
    auto const page = model_page(model, frame).body;
    CHECK_THAT(page, Contains("undone &lt;b&gt;") && Contains("Open alerts: none"));
    CHECK_THAT(
        page, Contains("12 ms</span> <bdi></bdi>") && Contains("status 503 <bdi>503 &lt;busy&gt;</bdi>")
    );
}
