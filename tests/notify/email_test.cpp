#include "daemon/notify/channel.hpp"
#include "daemon/notify/email_render.hpp"
#include "daemon/notify/html.hpp"
#include "daemon/notify/message_text.hpp"
#include "daemon/notify/safe_text.hpp"
#include "daemon/notify/smtp.hpp"
#include "tests/notify/sample_alerts.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_transport.hpp"

using namespace modelwatch;
using namespace modelwatch::test;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

notify::envelope route() {
    return {
        notify::parse_mailbox("modelwatch@corp.example", true),
        {notify::parse_mailbox("ops@corp.example", true)},
        "watch.corp.example"
    };
}

std::string head_of(std::string const& mail) {
    return mail.substr(0, mail.find("\r\n\r\n") + 2);
}

std::size_t count(std::string const& text, std::string const& what) {
    std::size_t hits = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
        ++hits;
    return hits;
}

notify::channel_options email_options() {
    notify::channel_options out;
    out.type = notify::channel_type::email;
    out.smtp = "smtps://mail.corp.example";
    out.from = "modelwatch@corp.example";
    out.to = {"ops@corp.example"};
    out.host_name = "watch.corp.example";
    return out;
}

} // namespace

TEST_CASE(
    "a mail carries the headers of an automatic message, a stable id and its alert's thread", "[notify]"
) {
    auto const mail = notify::render_email(sample_message(), route());
    auto const head = head_of(mail);
    CHECK_THAT(head, StartsWith("Date: Sun, 22 Nov 2026 09:00:05 +0000\r\n"));
    CHECK_THAT(head, Contains("From: modelwatch@corp.example\r\n") && Contains("To: ops@corp.example\r\n"));
    CHECK_THAT(head, Contains("Subject: [HIGH] tiiuae/falcon-7b: weights replaced"));
    CHECK_THAT(head, Contains("Message-ID: <0192f0c1-8888-7000-8000-0000000000ff@watch.corp.example>\r\n"));
    CHECK_THAT(
        head, Contains("In-Reply-To: <alert-0192f0c1-7b1a-7c00-8000-00000000abcd@watch.corp.example>\r\n")
    );
    CHECK_THAT(
        head, Contains("References: <alert-0192f0c1-7b1a-7c00-8000-00000000abcd@watch.corp.example>\r\n")
    );
    CHECK_THAT(head, Contains("List-Id: ") && Contains("Auto-Submitted: auto-generated\r\n"));
    CHECK_THAT(head, Contains("X-Auto-Response-Suppress: All\r\n") && Contains("MIME-Version: 1.0\r\n"));
    CHECK(notify::render_email(sample_message(), route()) == mail);
}

TEST_CASE("a resolved message stays in the thread of the alert that it ends", "[notify]") {
    auto what = sample_message();
    what.type = message_type::resolved;
    what.id = "another";
    what.alerts[0].resolution = "the old bytes are back";
    auto const mail = notify::render_email(what, route());
    CHECK_THAT(head_of(mail), Contains("Subject: [RESOLVED] tiiuae/falcon-7b"));
    CHECK_THAT(head_of(mail), Contains("In-Reply-To: <alert-0192f0c1-7b1a-7c00-8000-00000000abcd@"));
    CHECK_THAT(
        notify::plain_text(what),
        Contains("resolved: the old bytes are back") && !Contains("modelwatch accept")
    );
}

TEST_CASE("hostile texts leave a mail with its own headers and lines of legal length only", "[notify]") {
    std::mt19937 source{5322};
    for (int i = 0; i < 15; ++i) {
        auto const what = random_message(source);
        auto const mail = notify::render_email(what, route());
        auto const head = head_of(mail);
        CHECK(count(head, "\r\nBcc:") == 0);
        CHECK(count(head, "\r\nSubject:") == 1);
        CHECK(count(mail, "\n") == count(mail, "\r\n"));
        std::size_t at = 0;
        while (at < mail.size()) {
            auto const end = mail.find("\r\n", at);
            REQUIRE(end - at <= 998);
            at = end + 2;
        }
    }
}

TEST_CASE("the HTML part escapes everything that others wrote and loads nothing", "[notify]") {
    std::mt19937 source{99};
    for (int i = 0; i < 15; ++i) {
        auto const html = notify::email_html(random_message(source));
        CHECK(count(html, "<script") == 0);
        CHECK(count(html, "<img") == 0);
        CHECK(count(html, "src=\"") == 0);
        CHECK(count(html, "url(") == 0);
        CHECK(count(html, "\xe2\x80\xae") == 0);
        CHECK(count(html, "href=\"") == count(html, "href=\"https://"));
    }
    CHECK(notify::html_text("<a href='x'>\"&") == "&lt;a href=&#39;x&#39;&gt;&quot;&amp;");
    CHECK(notify::html_link("javascript:alert(1)", "go") == "go");
}

TEST_CASE("the plain text answers what, where, whether production is affected and what to do", "[notify]") {
    auto what = sample_message();
    what.alerts[0].what.evidence["deployed_affected"] = true;
    auto const text = notify::plain_text(what);
    CHECK_THAT(
        text,
        StartsWith("[HIGH] tiiuae/falcon-7b: weights replaced (model-00001-of-00002.safetensors) [env=prod]\n"
        )
    );
    CHECK_THAT(text, Contains("\nProduction runs it.\n") && Contains("Do now: Hold rollouts"));
    CHECK_THAT(
        text, Contains("was sha256 " + std::string(64, 'a')) && Contains("is  sha256 " + std::string(64, 'b'))
    );
    CHECK_THAT(text, Contains("9.9 GB") || Contains("10.0 GB") || Contains("10 GB"));
    CHECK_THAT(text, Contains("https://huggingface.co/tiiuae/falcon-7b/commit/"));
    CHECK_THAT(
        text, Contains("modelwatch accept tiiuae/falcon-7b --commit 898df1396f35e447d5fe44e0a3ccaaaa69f30d36")
    );
}

TEST_CASE("whether production is affected is said to be unknown when nothing proves it", "[notify]") {
    auto what = sample_message();
    CHECK_THAT(notify::plain_text(what), Contains("Whether production runs it is not known: set `deployed`"));
    what.alerts[0].what.evidence["deployed_commit"] = "ec89142b67d748a1865ea4451372db8313ada0d8";
    what.alerts[0].what.evidence["deployed_affected"] = nullptr;
    CHECK_THAT(
        notify::plain_text(what),
        Contains("Whether production runs it is not known: the hub did not show the files of ec89142b.")
    );
}

TEST_CASE("a reminder says for how long, an update says that it is one", "[notify]") {
    auto what = sample_message();
    what.type = message_type::reminder;
    what.created_at = what.alerts[0].opened_at + std::chrono::hours{24 * 7};
    CHECK_THAT(notify::subject_line(what, 200), StartsWith("[HIGH, reminder] tiiuae/falcon-7b"));
    CHECK_THAT(notify::plain_text(what), Contains("open for 7 days"));
    what.type = message_type::updated;
    CHECK_THAT(notify::subject_line(what, 200), StartsWith("[HIGH, updated] "));
}

TEST_CASE("a subject keeps repo and labels when a path is very long", "[notify]") {
    auto what = sample_message();
    what.alerts[0].what.subject = std::string(5000, 'p');
    auto const subject = notify::subject_line(what, 120);
    CHECK(subject.size() <= 120);
    CHECK_THAT(subject, Contains("tiiuae/falcon-7b: weights replaced") && Contains("[env=prod]"));
}

TEST_CASE("an alert about the monitor names the thing that fails and asks for no baseline", "[notify]") {
    auto what = sample_message();
    auto& one = what.alerts[0];
    one.repo.clear();
    one.watch_key = "notifier/ops-slack";
    one.what.kind = alert_kind::delivery_failing;
    one.what.subject.clear();
    one.tags.clear();
    CHECK(notify::subject_line(what, 200) == "[HIGH] notifier ops-slack: delivery failing");
    CHECK_THAT(notify::plain_text(what), !Contains("modelwatch accept") && !Contains("roduction"));
}

TEST_CASE("commands are safe to paste whatever a model is called", "[notify]") {
    CHECK(notify::shell_word("tiiuae/falcon-7b") == "tiiuae/falcon-7b");
    CHECK(notify::shell_word("a/$(rm -rf ~)") == "'a/$(rm -rf ~)'");
    CHECK(notify::shell_word("it's") == "'it'\\''s'");
    CHECK(notify::shell_word("-x") == "'-x'");
    CHECK(notify::shell_word("a\nb").find('\n') == std::string::npos);
}

TEST_CASE("very large groups are listed to a bound and then counted", "[notify]") {
    std::vector<alert> alerts(1000, sample_alert());
    for (std::size_t i = 0; i < alerts.size(); ++i)
        alerts[i].repo = "corp/model-" + std::to_string(i);
    auto const text = notify::plain_text(sample_message(alerts));
    CHECK_THAT(text, Contains("and 450 more: modelwatch alerts list"));
    for (auto& one : alerts)
        one.repo = "corp/model";
    CHECK_THAT(
        notify::plain_text(sample_message(alerts)), Contains("and 988 more: modelwatch alerts list")
    ); // of one event
}

TEST_CASE("a digest mail uses the payload's subject, text and HTML", "[notify]") {
    auto what = sample_message({});
    what.type = message_type::digest;
    what.payload = {
        {"subject", "weekly digest"}, {"text", "all is well"}, {"html", "<p>all is <b>well</b></p>"}
    };
    auto const mail = notify::render_email(what, route());
    CHECK_THAT(
        head_of(mail),
        Contains("Subject: weekly digest\r\n") && Contains("<digest.modelwatch.watch.corp.example>")
    );
    CHECK_THAT(mail, Contains("\r\nall is well\r\n") && Contains("<p>all is <b>well</b></p>"));
    what.type = message_type::test;
    what.payload = {};
    CHECK_THAT(
        notify::render_email(what, route()),
        Contains("Subject: [TEST] This is a test message from modelwatch\r\n")
    );
}

TEST_CASE("an email notifier that cannot work is refused when it is made", "[notify]") {
    asio::io_context io;
    fake_clock time{io};
    fake_transport transport;
    notify::channel_deps const deps{transport, time, io.get_executor()};
    CHECK(notify::make_channel(email_options(), deps) != nullptr);
    for (auto const* bad :
         {"",
          "mail.corp.example",
          "http://x",
          "smtp://",
          "smtp://u:p@x",
          "smtp://x/path",
          "smtps://x?y",
          "sendmail:bin/x"}) {
        CAPTURE(bad);
        auto options = email_options();
        options.smtp = bad;
        CHECK_THROWS_AS(notify::make_channel(options, deps), std::invalid_argument);
    }
    auto options = email_options();
    options.to = {"a@b\r\nRCPT TO:<c@d>"};
    CHECK_THROWS_AS(notify::make_channel(options, deps), std::invalid_argument);
    options.to = {};
    CHECK_THROWS_AS(notify::make_channel(options, deps), std::invalid_argument);
}

TEST_CASE("mail servers have their usual ports and are greeted with our name", "[notify]") {
    CHECK(
        notify::parse_smtp_url("smtp://mail.example", "host.example").url ==
        "smtp://mail.example:587/host.example"
    );
    CHECK(
        notify::parse_smtp_url("smtps://mail.example", "host.example").url ==
        "smtps://mail.example:465/host.example"
    );
    CHECK(
        notify::parse_smtp_url("smtp://[::1]:25/", "[IPv6:2001:db8::7]").url ==
        "smtp://[::1]:25/%5BIPv6%3A2001%3Adb8%3A%3A7%5D"
    );
    // RFC 5321 4.1.1.1: no bare name goes out, and nothing that could be a second command.
    for (auto const* name : {"vm", "bad name\r\nX: y", ""})
        CHECK(notify::parse_smtp_url("smtp://m", name).url == "smtp://m:587/%5B127.0.0.1%5D");
}
