#include "daemon/notify/channel.hpp"
#include "daemon/notify/slack_render.hpp"
#include "tests/notify/sample_alerts.hpp"
#include "tests/notify/slack_limits.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_transport.hpp"
#include "tests/support/run_awaitable.hpp"

#include <boost/json/parse.hpp>

using namespace modelwatch;
using namespace modelwatch::test;
using Catch::Matchers::Contains;

namespace {

json::object rendered(message const& what) {
    return json::parse(notify::render_slack(what)).as_object();
}

std::string text_of_block(json::object const& body, std::size_t index) {
    return std::string{
        text_of(body.at("blocks").as_array().at(index).as_object().at("text").as_object(), "text")
    };
}

notify::delivery send_to_slack(net::http_response answer, message const& what = sample_message()) {
    asio::io_context io;
    fake_clock time{io};
    fake_transport transport;
    transport.answer("POST", "/services/T0/B0/SecretSecret", std::move(answer));
    notify::channel_options options;
    options.type = notify::channel_type::slack;
    options.url = "https://hooks.slack.example/services/T0/B0/SecretSecret";
    auto const channel = notify::make_channel(options, {transport, time, io.get_executor()});
    return run_awaitable(io, channel->send(what));
}

} // namespace

TEST_CASE(
    "a Slack message says in its first line what happened, to which deployment and how bad", "[notify]"
) {
    auto what = sample_message();
    what.alerts[0].what.evidence["deployed_affected"] = false;
    what.alerts[0].what.evidence["deployed_commit"] = "ec89142b67d748a1865ea4451372db8313ada0d8";
    auto const body = rendered(what);
    CHECK(
        text_of_block(body, 0) == "[HIGH] tiiuae/falcon-7b: weights replaced "
                                  "(model-00001-of-00002.safetensors), production not affected "
                                  "[env=prod]"
    );
    auto const first = text_of_block(body, 1);
    CHECK_THAT(first, Contains("\nYou are safe while pinned to ec89142b.\n"));
    CHECK_THAT(first, Contains("Do now: Hold rollouts and run the intake review"));
    auto const changes = text_of_block(body, 2);
    CHECK_THAT(changes, Contains("was sha256 " + std::string(64, 'a')));
    CHECK_THAT(changes, Contains("is  sha256 " + std::string(64, 'b')));
    CHECK_THAT(
        changes,
        Contains("ec89142b67d748a1865ea4451372db8313ada0d8 -&gt; 898df1396f35e447d5fe44e0a3ccaaaa69f30d36")
    );
    auto const whole = to_line(body);
    CHECK_THAT(
        whole,
        Contains("<https://huggingface.co/tiiuae/falcon-7b/commit/"
                 "898df1396f35e447d5fe44e0a3ccaaaa69f30d36|Evidence on the hub>")
    );
    CHECK_THAT(
        whole,
        Contains(
            "modelwatch accept tiiuae/falcon-7b --commit 898df1396f35e447d5fe44e0a3ccaaaa69f30d36 --by NAME"
        )
    );
    CHECK_THAT(whole, Contains("alert 0192f0c1-7b1a-7c00-8000-00000000abcd"));
}

TEST_CASE("a Slack group shows the worst alerts first and counts the rest", "[notify]") {
    std::vector<alert> alerts(40, sample_alert());
    for (std::size_t i = 0; i < alerts.size(); ++i)
        alerts[i].repo = "corp/model-" + std::to_string(i);
    alerts[33].what.level = severity::critical;
    auto const what = sample_message(alerts);
    auto const body = rendered(what);
    CHECK_THAT(
        text_of_block(body, 0),
        Contains("[CRITICAL] 40 alerts in 40 places, worst: corp/model-33: weights replaced")
    );
    CHECK_THAT(text_of_block(body, 1), Contains("corp/model-33"));
    CHECK_THAT(to_line(body), Contains("and 28 more: modelwatch alerts list"));
    CHECK(slack_problems(to_line(body), "https://huggingface.co/").empty());
}

TEST_CASE("names of others are never mentions, links or markup in Slack", "[notify]") {
    CHECK(notify::slack_plain("<!channel> a&b", 100) == "&lt;!channel&gt; a&amp;b");
    CHECK_THAT(notify::slack_plain("see https://evil.example", 100), !Contains("://"));
    CHECK(notify::slack_plain("a_b*c @here `d`", 100) == "a_b*c @here `d`");
    // What is not escaped means nothing: no markup is read, and no name is looked up.
    auto const body = rendered(sample_message());
    CHECK_FALSE(body.at("mrkdwn").as_bool());
    CHECK_FALSE(body.at("link_names").as_bool());
    CHECK(text_of(body, "parse") == "none");
}

TEST_CASE("Slack texts are cut between characters and never inside an entity", "[notify]") {
    std::string robots;
    for (int i = 0; i < 100; ++i)
        robots += "\xf0\x9f\xa4\x96";
    for (std::size_t limit = 10; limit < 60; ++limit) {
        auto const cut = notify::slack_plain(robots, limit);
        CHECK(cut.size() <= limit);
        CHECK(cut.ends_with("…"));
        CHECK((cut.size() - std::string{"…"}.size()) % 4 == 0);
        auto const entities = notify::slack_plain(std::string(50, '&'), limit);
        CHECK(entities.size() <= limit);
        CHECK((entities.size() - std::string{"…"}.size()) % 5 == 0);
    }
}

TEST_CASE("a Slack test message is marked as one", "[notify]") {
    auto what = sample_message({});
    what.type = message_type::test;
    auto const body = rendered(what);
    CHECK_THAT(text_of_block(body, 0), Contains("[TEST]"));
    CHECK_THAT(std::string{text_of(body, "text")}, Contains("This is a test message from modelwatch"));
    CHECK(slack_problems(to_line(body), "https://").empty());
}

TEST_CASE("a digest becomes Slack sections with its own subject", "[notify]") {
    auto what = sample_message({});
    what.type = message_type::digest;
    what.payload["subject"] = "modelwatch digest: 2 of 30 models need attention";
    std::string text;
    for (int i = 0; i < 3000; ++i)
        text += "line " + std::to_string(i) + " of <the> digest\n";
    what.payload["text"] = text;
    auto const body = rendered(what);
    CHECK(text_of_block(body, 0) == "modelwatch digest: 2 of 30 models need attention");
    CHECK_THAT(text_of_block(body, 1), Contains("line 0 of &lt;the&gt; digest"));
    CHECK_THAT(to_line(body), Contains("modelwatch digest --preview"));
    CHECK(slack_problems(to_line(body), "https://").empty());
}

TEST_CASE("Slack has it only when it answers 200 and ok", "[notify]") {
    using outcome = notify::delivery::outcome;
    CHECK(send_to_slack(fake_transport::response(200, "ok")).what == outcome::delivered);
    CHECK(send_to_slack(fake_transport::response(200, "invalid_payload")).what == outcome::failed);
    CHECK(send_to_slack(fake_transport::response(200, "no_service")).what == outcome::failed);
    CHECK(send_to_slack(fake_transport::response(200, "invalid_token")).what == outcome::failed);
    CHECK(send_to_slack(fake_transport::response(403, "invalid_token")).what == outcome::failed);
    CHECK(send_to_slack(fake_transport::response(200, "<html>maintenance</html>")).what == outcome::retry);
    CHECK(send_to_slack(fake_transport::response(200, "")).what == outcome::retry);
    CHECK(send_to_slack(fake_transport::response(404, "no_team")).what == outcome::failed);
    CHECK(send_to_slack(fake_transport::response(410, "channel_is_archived")).what == outcome::failed);
    CHECK(send_to_slack(fake_transport::response(500, "rollup_error")).what == outcome::retry);
}

TEST_CASE("what is no answer of Slack's is named as such", "[notify]") {
    auto const said = [](std::string body) {
        return send_to_slack(fake_transport::response(200, std::move(body))).answer;
    };
    CHECK_THAT(said(""), Contains("200") && Contains("expected the body ok, got nothing"));
    CHECK_THAT(said(" \n"), Contains("expected the body ok, got nothing"));
    CHECK_THAT(said("{\"success\":true}"), Contains("expected the body ok, got \"{"));
    CHECK_THAT(said("<html>login</html>"), Contains("expected the body ok, got \"<html>login"));
    CHECK(send_to_slack(fake_transport::response(204, "")).what == notify::delivery::outcome::retry);
}

TEST_CASE("Slack's rate limit is obeyed in either form", "[notify]") {
    auto const by_header = send_to_slack(fake_transport::response(429, "", {{"Retry-After", "7"}}));
    CHECK(by_header.what == notify::delivery::outcome::retry);
    CHECK(by_header.retry_after == std::chrono::seconds{7});
    auto const by_body =
        send_to_slack(fake_transport::response(429, R"({"retry_after":9,"ok":false,"error":"rate_limited"})")
        );
    CHECK(by_body.retry_after == std::chrono::seconds{9});
}

TEST_CASE("the Slack URL is a secret that no answer repeats", "[notify]") {
    auto const echo = "no such hook: https://hooks.slack.example/services/T0/B0/SecretSecret (SecretSecret)";
    auto const answer = send_to_slack(fake_transport::response(404, echo)).answer;
    CHECK_THAT(answer, Contains("404") && !Contains("SecretSecret") && !Contains("/services/T0"));
}
