// One event, one block: what a message says of the alerts that one commit brought.

#include "daemon/notify/email_render.hpp"
#include "daemon/notify/message_text.hpp"
#include "daemon/notify/pagerduty_render.hpp"
#include "daemon/notify/slack_render.hpp"
#include "daemon/notify/story.hpp"
#include "daemon/notify/teams_render.hpp"
#include "daemon/notify/webhook_render.hpp"
#include "tests/notify/json_texts.hpp"
#include "tests/notify/sample_alerts.hpp"
#include "tests/notify/slack_limits.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;
using namespace modelwatch::test;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

std::string const tail =
    "Commits since the baseline: 898df139 \"Update\" by \"mallory\", 2026-11-22. Your deployed commit "
    "ec89142b is not affected: it holds other content.";

json::object facts() {
    return {
        {"deployed_commit", "ec89142b67d748a1865ea4451372db8313ada0d8"},
        {"deployed_affected", false},
        {"committed",
         json::object{
             {"by", json::array{"mallory"}},
             {"at", "2026-11-22T08:55:00Z"},
             {"title", "Update weights"},
             {"commits", 3}
         }}
    };
}

alert other(alert_kind kind, std::string subject, std::string summary, char id) {
    auto out = sample_alert();
    out.id = "0192f0c1-7b1a-7c00-8000-00000000000" + std::string(1, id);
    out.what.kind = kind;
    out.what.subject = std::move(subject);
    out.what.summary = std::move(summary);
    out.what.detail = "The new license forbids commercial use. " + tail;
    out.what.action = "Ask legal.";
    out.what.files.clear();
    out.what.evidence = facts();
    return out;
}

/// Replaced weights, another license and an old deployment, all by one commit.
message attack() {
    auto weights = sample_alert();
    weights.what.summary = "model-00001-of-00002.safetensors replaced, commit ec89142b → 898df139: sha256 "
                           "aaaaaaaa → sha256 bbbbbbbb";
    weights.what.detail = "The bytes differ. " + tail;
    weights.what.evidence = facts();
    auto license = other(
        alert_kind::license_changed,
        "apache-2.0 → cc-by-nc-4.0",
        "License changed: apache-2.0 → cc-by-nc-4.0, commit ec89142b → 898df139",
        '1'
    );
    auto behind = other(alert_kind::outdated, "1 commit", "Deployed commit is 1 commit behind", '2');
    behind.what.action = "Do not roll out 898df139: see alert " + weights.id + ".";
    return sample_message({behind, license, weights});
}

notify::reader const berlin{"https://modelwatch.corp.example", "Europe/Berlin"};

std::size_t count(std::string_view text, std::string_view what) {
    std::size_t hits = 0;
    for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1))
        ++hits;
    return hits;
}

/// Everything of a message to chat that a reader sees, one text after the other.
std::string shown(std::string const& body) {
    std::string out;
    for (auto const& [name, text] : texts_of(body)) {
        if (name == "text") out += text + "\n";
    }
    return out;
}

} // namespace

TEST_CASE("the headline names repo, environment and what happened, and counts the rest", "[notify][story]") {
    CHECK(
        notify::subject_line(attack(), 200) ==
        "[HIGH] tiiuae/falcon-7b: weights replaced (model-00001-of-00002.safetensors), license changed and 1 "
        "more, "
        "production not affected [env=prod]"
    );
}

TEST_CASE("a mail tells one commit once: danger, change, committer, next steps, details", "[notify][story]") {
    auto const text = notify::plain_text(attack(), berlin);
    CHECK_THAT(
        text,
        StartsWith("[HIGH] tiiuae/falcon-7b: weights replaced (model-00001-of-00002.safetensors), license "
                   "changed and "
                   "1 more [env=prod]\nYou are safe while pinned to ec89142b.\n")
    );
    CHECK_THAT(
        text,
        Contains(
            "\nWhat changed\n"
            "  [HIGH] model-00001-of-00002.safetensors replaced: sha256 aaaaaaaa → sha256 bbbbbbbb\n"
            "  [HIGH] License changed: apache-2.0 → cc-by-nc-4.0\n"
            "  [HIGH] Deployed commit is 1 commit behind\n"
            "  commit ec89142b -> 898df139\n"
            "  committed by mallory, 2026-11-22 09:55 CET: \"Update weights\" (the newest of 3 commits)\n"
        )
    );
    CHECK_THAT(
        text,
        Contains("\nDo now: Hold rollouts") && Contains("\nThen: Ask legal.\nThen: Do not roll out 898df139")
    );
    CHECK(count(text, "You are safe while pinned to") == 1);
    CHECK(count(text, "Commits since the baseline:") == 1);
    CHECK(count(text, "Your deployed commit ec89142b is not affected") == 1);
    CHECK(count(text, "sha256 " + std::string(64, 'b')) == 1);
    for (auto const& one : attack().alerts)
        CHECK_THAT(text, Contains("\nAlert " + one.id));
}

TEST_CASE("accepting comes last and only after review", "[notify][story]") {
    auto const text = notify::plain_text(attack(), berlin);
    auto const accept = text.find("modelwatch accept tiiuae/falcon-7b");
    REQUIRE(accept != std::string::npos);
    CHECK(accept > text.rfind("modelwatch alerts ack"));
    CHECK(text.substr(0, accept).ends_with("Only after review:\n    "));
    CHECK(count(text, "modelwatch accept") == 1);
}

TEST_CASE(
    "links lead to the reader's own page first and to the hub second, in every channel", "[notify][story]"
) {
    auto const what = attack();
    std::string const own = "https://modelwatch.corp.example/models/tiiuae/"
                            "falcon-7b?revision=main#alert-0192f0c1-7b1a-7c00-8000-00000000abcd";
    std::string const hub = "https://huggingface.co/tiiuae/falcon-7b/commit/";
    auto const event = notify::pagerduty_events(what).front();
    for (auto const& text :
         {notify::plain_text(what, berlin),
          notify::email_html(what, berlin),
          notify::render_slack(what, berlin),
          notify::render_teams(what, berlin),
          notify::render_pagerduty(event, what, "key", notify::pagerduty_form::whole, berlin)}) {
        CAPTURE(text);
        REQUIRE(text.find(own) != std::string::npos);
        CHECK(text.find(own) < text.find(hub));
    }
    CHECK_THAT(notify::plain_text(what), !Contains("Open in modelwatch"));
}

TEST_CASE("a page of one's own is linked for any name, and only under a real address", "[notify][story]") {
    CHECK(
        notify::own_page({"https://w.example/mw"}, "a/b c?<x>", "refs/pr/1") ==
        "https://w.example/mw/models/a/b%20c%3F%3Cx%3E?revision=refs%2Fpr%2F1"
    );
    CHECK(notify::own_page({"https://w.example"}, "gpt2", "main") == "https://w.example/");
    CHECK(notify::own_page({}, "a/b", "main").empty());
    CHECK(notify::own_page({"javascript:alert(1)"}, "a/b", "main").empty());
    CHECK(notify::own_page({"https://w.example"}, "a/" + std::string(5000, 'p'), "main").empty());
}

TEST_CASE(
    "whether production is safe is said of the whole story, and unknown is not safe", "[notify][story]"
) {
    struct row {
        json::value first;
        json::value second;
        char const* words;
    };

    for (auto const& one :
         {row{false, false, "You are safe while pinned to ec89142b."},
          row{false, true, "Production runs it: ec89142b."},
          row{false,
              nullptr,
              "Whether production runs it is not known: the hub did not show the files of ec89142b."},
          row{nullptr, true, "Production runs it: ec89142b."}}) {
        auto what = attack();
        what.alerts[1].what.evidence["deployed_affected"] = one.first;
        what.alerts[2].what.evidence["deployed_affected"] = one.second;
        what.alerts[0].what.evidence.erase("deployed_affected"); // age says nothing about bytes
        CAPTURE(one.words);
        CHECK_THAT(notify::plain_text(what), Contains("\n" + std::string{one.words} + "\n"));
        CHECK_THAT(notify::email_html(what), Contains(one.words));
        CHECK_THAT(shown(notify::render_slack(what)), Contains(one.words));
        CHECK_THAT(shown(notify::render_teams(what)), Contains(one.words));
    }
}

TEST_CASE("chats tell the event once, and nothing hidden stands in what people copy", "[notify][story]") {
    auto what = attack();
    what.alerts[1].what.summary = "a_b *c* ~d~ `e` @here https://evil.example/x {{f}} ${g}";
    auto const slack = notify::render_slack(what, berlin);
    auto const teams = notify::render_teams(what, berlin);
    CHECK(slack_problems(slack, "https://").empty());
    for (auto const& body : {slack, teams}) {
        auto const text = shown(body);
        for (auto const* hidden : {"\u200b", "\u200c", "\u200d", "\u2060", "\ufeff"})
            CHECK_THAT(text, !Contains(hidden));
        CHECK_THAT(text, Contains("a_b *c* ~d~ `e` @here https[:]//evil.example/x"));
        CHECK(count(text, "Your deployed commit ec89142b is not affected") == 1);
    }
    auto const first = json::parse(slack).as_object();
    CHECK_THAT(
        std::string{text_of(first, "text")},
        Contains("\nYou are safe while pinned to ec89142b.\n") && Contains("\nDo now: Hold rollouts") &&
            Contains("committed by mallory, 2026-11-22 09:55 CET")
    );
}

TEST_CASE("machines get every alert by itself", "[notify][story]") {
    auto const what = attack();
    auto const body = json::parse(notify::render_webhook(what)).as_object();
    CHECK(body.at("data").at("alerts").as_array().size() == 3);
    CHECK(notify::pagerduty_events(what).size() == 3);
}

TEST_CASE("what is over is told once too, without advice", "[notify][story]") {
    auto what = attack();
    what.type = message_type::resolved;
    for (auto& one : what.alerts)
        one.resolution = "accepted by ada";
    auto const text = notify::plain_text(what, berlin);
    CHECK_THAT(text, StartsWith("[RESOLVED] tiiuae/falcon-7b: weights replaced"));
    CHECK_THAT(text, !Contains("Do now") && !Contains("modelwatch accept") && !Contains("safe while pinned"));
    CHECK(count(text, "resolved: accepted by ada") == 3);
}

TEST_CASE("two models are two blocks, the graver first", "[notify][story]") {
    auto what = attack();
    auto second = sample_alert();
    second.repo = "corp/other";
    second.what.level = severity::critical;
    what.alerts.push_back(second);
    auto const text = notify::plain_text(what);
    CHECK_THAT(
        notify::subject_line(what, 200), StartsWith("[CRITICAL] 4 alerts in 2 places, worst: corp/other")
    );
    CHECK(text.find("[CRITICAL] corp/other") < text.find("[HIGH] tiiuae/falcon-7b"));
    CHECK(count(text, "\nWhat changed\n") == 2);
}
