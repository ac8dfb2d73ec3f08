// Text of others (names, commit titles, licenses, answers of the hub) in every channel: never a mention, a
// link, markup or a header.

#include "daemon/model/text.hpp"
#include "daemon/notify/email_render.hpp"
#include "daemon/notify/message_text.hpp"
#include "daemon/notify/pagerduty_render.hpp"
#include "daemon/notify/safe_text.hpp"
#include "daemon/notify/slack_render.hpp"
#include "daemon/notify/teams_render.hpp"
#include "daemon/notify/webhook_render.hpp"
#include "tests/notify/json_texts.hpp"
#include "tests/notify/sending.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <set>

using namespace modelwatch;
using namespace modelwatch::test;

namespace {

constexpr std::string_view own_link = "https://huggingface.co/tiiuae/falcon-7b/commit/";

/// Everything that a publisher can choose says `text`.
message all_fields(std::string const& text, message_type type) {
    auto one = sample_alert();
    one.repo = text;
    one.hub = "hub";
    one.revision = text;
    one.watch_key = "hub/" + text;
    one.tags = {{"team", text}};
    one.what.subject = text;
    one.what.summary = text;
    one.what.detail = text + "\n" + text;
    one.what.action = text;
    one.what.commit = text;
    one.what.baseline_commit = text;
    one.what.files = {{text, text, text, 1u, 2u}};
    one.what.evidence = {
        {"deployed_commit", text}, {"rating_before", text}, {"rating_after", text + "2"}, {"title", text}
    };
    one.resolution = text;
    auto out = sample_message({one});
    out.type = type;
    return out;
}

/// Further texts, beside hostile_texts(): what each channel gives a meaning to.
std::vector<std::string> tricks() {
    auto out = hostile_texts();
    for (char const* text :
         {"<at>everyone</at>",
          "[click](https://evil.example)",
          "![x](https://evil.example/x.png)",
          "{{DATE(2026-01-01T00:00:00Z)}}",
          "${secret} @{triggerBody()}",
          "<!here|here> <!subteam^S1> <!date^1^{date}|x>",
          "www.evil.example WWW.EVIL.EXAMPLE",
          "mailto:a@evil.example",
          "HTTPS://EVIL.EXAMPLE ftp://evil.example file:///etc/passwd",
          "Subject: x\nTo: y@evil.example",
          "--=_boundary\r\nContent-Type: text/html",
          ".\r\nMAIL FROM:<x@evil.example>",
          "a\tb\vc\fd",
          "\xe2\x80\xa8line separator\xe2\x80\xa9"})
        out.emplace_back(text);
    return out;
}

bool holds(std::string_view text, std::string_view what) {
    return text.find(what) != std::string_view::npos;
}

std::string small(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return text;
}

bool has_controls(std::string_view text, bool lines = false) {
    return std::any_of(text.begin(), text.end(), [&](unsigned char c) {
        return c == 0x7f || (c < 0x20 && !(lines && c == '\n'));
    });
}

/// No control characters, and nothing that reorders or hides text.
bool is_printable(std::string_view text, bool lines) {
    return !has_controls(text, lines) && !holds(text, "\u202e") && !holds(text, "\u2028");
}

/// Without the one link that is ours.
std::string without_own_link(std::string text) {
    for (auto at = text.find(own_link); at != std::string::npos; at = text.find(own_link))
        text.erase(at, own_link.size());
    return text;
}

void check_no_link(std::string const& text) {
    auto const rest = small(without_own_link(text));
    CAPTURE(text);
    REQUIRE_FALSE(holds(rest, "://"));
    REQUIRE_FALSE(holds(rest, "www."));
    REQUIRE_FALSE(holds(rest, "mailto:"));
}

template <class Check>
void for_each_trick(Check check) {
    for (auto const& text : tricks())
        for (auto const type : {message_type::opened, message_type::resolved, message_type::reminder})
            check(all_fields(text, type));
}

} // namespace

TEST_CASE("links of others are taken apart, visibly", "[notify][hostile]") {
    CHECK(notify::without_links("see https://evil.example/x") == "see https[:]//evil.example/x");
    CHECK(notify::without_links("WWW.evil.example") == "WWW[.]evil.example");
    CHECK(notify::without_links("mailto:x@y") == "mailto[:]x@y");
    CHECK(notify::without_links("model-00001.safetensors: a/b") == "model-00001.safetensors: a/b");
}

TEST_CASE("Slack: no mention, no markup, no link but ours", "[notify][hostile]") {
    for_each_trick([](message const& what) {
        for (auto const& [name, text] : texts_of(notify::render_slack(what))) {
            if (name != "text") continue;
            REQUIRE(is_printable(text, true));
            auto const ours = text.starts_with("<" + std::string{own_link});
            if (ours) continue;
            REQUIRE_FALSE(holds(text, "<"));
            REQUIRE_FALSE(holds(text, ">"));
            check_no_link(text);
        }
    });
}

TEST_CASE(
    "Teams: text runs only, no mention, no Markdown, no placeholder, no link but ours", "[notify][hostile]"
) {
    std::set<std::string> const types{
        "message", "AdaptiveCard", "RichTextBlock", "TextRun", "ActionSet", "Action.OpenUrl"
    };
    for_each_trick([&](message const& what) {
        auto const body = notify::render_teams(what);
        REQUIRE_FALSE(holds(body, "\"entities\""));
        for (auto const& [name, text] : texts_of(body)) {
            if (name == "type") REQUIRE(types.count(text) == 1);
            if (name == "url") REQUIRE(text.starts_with(own_link));
            if (name != "text" && name != "fallbackText") continue;
            REQUIRE(is_printable(text, false));
            check_no_link(text);
            for (char const* pair : {"<at", "</at", "](", "{{", "${", "@{"})
                REQUIRE_FALSE(holds(text, pair));
        }
    });
}

TEST_CASE("PagerDuty: printable texts, no link but ours", "[notify][hostile]") {
    for_each_trick([](message const& what) {
        for (auto const& event : notify::pagerduty_events(what)) {
            auto const body =
                notify::render_pagerduty(event, what, far_end::routing_key, notify::pagerduty_form::whole);
            for (auto const& [name, text] : texts_of(body)) {
                REQUIRE(is_printable(text, name != "summary"));
                check_no_link(text);
            }
        }
    });
}

TEST_CASE("email: our headers only, no link but ours, no live HTML", "[notify][hostile]") {
    notify::envelope const route{
        notify::parse_mailbox("modelwatch@corp.example", true),
        {notify::parse_mailbox("ops@corp.example", true)},
        "watch.corp.example"
    };
    std::set<std::string> const ours{
        "date",
        "from",
        "to",
        "subject",
        "message-id",
        "in-reply-to",
        "references",
        "list-id",
        "auto-submitted",
        "x-auto-response-suppress",
        "mime-version",
        "content-type"
    };
    for_each_trick([&](message const& what) {
        auto const mail = notify::render_email(what, route);
        auto const head = mail.substr(0, mail.find("\r\n\r\n"));
        for (auto const line : split(head, '\n')) {
            REQUIRE(line.size() <= 999);
            if (line.starts_with(' ')) continue;
            REQUIRE(ours.count(small(std::string{line.substr(0, line.find(':'))})) == 1);
        }
        check_no_link(notify::subject_line(what, 200));
        auto const text = notify::plain_text(what);
        REQUIRE(is_printable(text, true));
        check_no_link(text);
        auto html = notify::email_html(what);
        check_no_link(html);
        std::set<std::string> const tags{
            "!doctype",
            "html",
            "head",
            "meta",
            "title",
            "body",
            "h2",
            "p",
            "table",
            "tr",
            "td",
            "div",
            "span",
            "br",
            "wbr",
            "a"
        };
        for (auto at = html.find('<'); at != std::string::npos; at = html.find('<', at + 1)) {
            auto const slash = html[at + 1] == '/' ? 1u : 0u;
            auto const end = html.find_first_of(" >\n", at);
            auto const tag = small(html.substr(at + 1 + slash, end - at - 1 - slash));
            CAPTURE(tag);
            REQUIRE(tags.count(tag) == 1);
        }
    });
}

TEST_CASE(
    "webhook: JSON that says exactly what was there, and headers that nobody else can form",
    "[notify][hostile]"
) {
    for_each_trick([](message const& what) {
        auto const body = notify::render_webhook(what);
        REQUIRE_FALSE(has_controls(body));
        auto const parsed = json::parse(body).as_object();
        auto const& one = parsed.at("data").at("alerts").as_array().at(0).as_object();
        REQUIRE(text_of(one, "repo") == notify::valid_utf8(what.alerts[0].repo));
        REQUIRE(text_of(one, "summary") == notify::valid_utf8(what.alerts[0].what.summary));
        REQUIRE(text_of(one, "detail") == notify::valid_utf8(what.alerts[0].what.detail));
        for (auto const& [name, value] : notify::webhook_headers(what.id, 1, body, {"secret"}))
            REQUIRE_FALSE(has_controls(value));
    });
}

TEST_CASE("commands to copy mean one command, whatever the names are", "[notify][hostile]") {
    for_each_trick([](message const& what) {
        for (auto const& command : notify::describe(what.alerts[0], what, 1).commands) {
            REQUIRE(command.starts_with("modelwatch a"));
            bool quoted = false;
            for (char const c : command) {
                if (c == '\'') quoted = !quoted;
                CAPTURE(command);
                if (!quoted)
                    REQUIRE(std::string_view{"\n;&|$`<>()*?[]#~!\""}.find(c) == std::string_view::npos);
            }
        }
    });
}
