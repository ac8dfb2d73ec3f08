#include "daemon/alerting/digest.hpp"
#include "daemon/notify/digest_render.hpp"
#include "daemon/notify/email_render.hpp"
#include "daemon/notify/message_text.hpp"
#include "daemon/notify/slack_render.hpp"
#include "tests/notify/sample_alerts.hpp"
#include "tests/notify/slack_limits.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;
using namespace modelwatch::test;
using Catch::Matchers::Contains;

namespace {

message digest_of(std::size_t models, std::string const& name = "google/gemma-2-2b") {
    alerting::digest_input in;
    in.now = at("2026-11-23T08:00:00Z");
    in.since = at("2026-11-16T08:00:00Z");
    in.next = "Mon 2026-11-30 09:00 Europe/Berlin";
    for (std::size_t i = 0; i < models; ++i) {
        alerting::digest_model one;
        one.repo = models == 1 ? name : name + std::to_string(i);
        one.revision = "main";
        one.staleness = i % 2 == 0 ? "outdated" : "current";
        one.rating = "High";
        one.score = 63.5;
        one.reasons = {name};
        one.url = "https://huggingface.co/" + one.repo;
        one.trend = {
            {at("2026-10-05T08:00:00Z"), "Low-Medium", 22.0},
            {at("2026-10-12T08:00:00Z"), "Medium", 40.0},
            {at("2026-11-16T08:00:00Z"), "High", 63.5}
        };
        in.models.push_back(std::move(one));
    }
    in.alerts = {sample_alert()};
    message out;
    out.id = "0192f0c1-8888-7000-8000-0000000000ff";
    out.notifier = "ops";
    out.type = message_type::digest;
    out.created_at = in.now;
    out.payload = alerting::compose_digest(std::move(in));
    return out;
}

} // namespace

TEST_CASE("a digest as text has a headline and one list per section", "[notify][digest]") {
    auto const text = notify::plain_text(digest_of(1));
    CHECK_THAT(text, Contains("1 open alert (worst high), 1 of 1 model outdated.\n"));
    CHECK_THAT(text, Contains("The next digest: Mon 2026-11-30 09:00 Europe/Berlin."));
    CHECK_THAT(text, Contains("- google/gemma-2-2b: outdated; High (63.5); "));
    CHECK_THAT(text, Contains("- tiiuae/falcon-7b: high; weights-replaced; "));
}

TEST_CASE(
    "a digest mail needs nothing from elsewhere and shows its bar without colours too", "[notify][digest]"
) {
    auto const html = notify::email_html(digest_of(4));
    for (auto const* forbidden : {"<img", "<script", "<link", "src=", "url(", "@import", "<style"})
        CHECK_THAT(html, !Contains(forbidden));
    CHECK_THAT(html, Contains(">2 outdated</td>"));
    CHECK_THAT(html, Contains(">2 current</td>"));
    CHECK_THAT(html, Contains("bgcolor="));
}

TEST_CASE("text of a publisher stays text in every form of the digest", "[notify][digest]") {
    for (auto const& hostile : hostile_texts()) {
        auto const what = digest_of(1, hostile);
        CHECK_THAT(
            notify::email_html(what), !Contains("<script") && !Contains("<img") && !Contains("<!channel")
        );
        CHECK(test::slack_problems(notify::render_slack(what), "https://huggingface.co/").empty());
        CHECK_THAT(notify::plain_text(what), !Contains("\x1b") && !Contains("\r"));
        CHECK(notify::subject_line(what, 200).find('\n') == std::string::npos);
    }
}

TEST_CASE("a digest about thousands of models stays within the limits of a chat", "[notify][digest]") {
    auto const what = digest_of(5000);
    auto const body = notify::render_slack(what);
    CHECK(test::slack_problems(body, "https://huggingface.co/").empty());
    CHECK_THAT(body, Contains("more: modelwatch digest --preview"));
    CHECK(notify::email_html(what).size() < 1u << 20);
}

TEST_CASE(
    "no piece of a digest is longer than asked for, and none loses a row in silence", "[notify][digest]"
) {
    auto const what = digest_of(300, std::string(200, 'x'));
    std::size_t pieces = 0;
    for (auto const& piece : notify::digest_pieces(what.payload, 1000)) {
        CHECK(piece.size() <= 1000);
        ++pieces;
    }
    CHECK(pieces == 3);
    CHECK_THAT(notify::digest_pieces(what.payload, 1000)[2], Contains("more: modelwatch digest --preview"));
}

TEST_CASE(
    "a digest leads to the reader's own page, then to the hub, in both parts of a mail", "[notify][digest]"
) {
    auto const what = digest_of(1);
    notify::reader const whom{"https://watch.example", "UTC"};
    auto const html = notify::email_html(what, whom);
    std::string const own = "https://watch.example/models/google/gemma-2-2b?revision=main";
    CHECK_THAT(html, Contains("<a href=\"" + own + "\">google/gemma-2-2b</a>"));
    CHECK_THAT(html, Contains("<a href=\"https://huggingface.co/google/gemma-2-2b\">on the hub</a>"));
    CHECK_THAT(notify::plain_text(what, whom), Contains("\n  " + own + "\n"));
    CHECK_THAT(
        notify::email_html(what), Contains("<a href=\"https://huggingface.co/google/gemma-2-2b\">google/")
    );
}

TEST_CASE("the course of a rating is a picture out of cells, with the same in words", "[notify][digest]") {
    auto const what = digest_of(1);
    std::string const words = "Low-Medium 22.0 (2026-10-05) to High 63.5 (2026-11-16)";
    auto const html = notify::email_html(what);
    CHECK_THAT(html, Contains("Rating: " + words));
    CHECK_THAT(html, Contains("title=\"2026-10-12: Medium 40.0\""));
    CHECK_THAT(notify::plain_text(what), Contains("rating ▂▄▆ " + words));
}

TEST_CASE(
    "only the word for the severity is coloured, and no heading stands in a digest's rows", "[notify][digest]"
) {
    auto const html = notify::email_html(digest_of(1));
    CHECK_THAT(html, !Contains("<th"));
    CHECK_THAT(html, Contains("white-space:nowrap\">outdated</span>"));
    CHECK_THAT(html, !Contains("word-break:break"));
}

TEST_CASE("what another section tells is left out of every form for people", "[notify][digest]") {
    auto what = digest_of(1);
    auto& section = what.payload["sections"].as_array().front().as_object();
    auto const title = std::string{text_of(section, "title")};
    for (auto& row : section["rows"].as_array())
        row.as_object()["told"] = true;
    for (auto const& text : {notify::plain_text(what), notify::email_html(what), notify::render_slack(what)})
        CHECK_THAT(text, !Contains(title));
}
