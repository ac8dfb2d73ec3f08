#include "daemon/notify/channel.hpp"
#include "daemon/notify/webhook_render.hpp"
#include "tests/notify/sample_alerts.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_transport.hpp"
#include "tests/support/run_awaitable.hpp"

#include <boost/json/parse.hpp>

using namespace modelwatch;
using namespace modelwatch::test;
using Catch::Matchers::Contains;

namespace {

std::string header(net::header_list const& headers, std::string_view name) {
    for (auto const& [key, value] : headers)
        if (key == name) return value;
    return {};
}

json::object rendered(message const& what, std::size_t limit = notify::max_webhook_body) {
    return json::parse(notify::render_webhook(what, limit)).as_object();
}

} // namespace

TEST_CASE("a webhook body has type, timestamp and always a list of alerts", "[notify]") {
    auto const body = rendered(sample_message());
    CHECK(text_of(body, "type") == "alert.opened");
    CHECK(text_of(body, "timestamp") == "2026-11-22T09:00:05Z");
    auto const& alerts = body.at("data").at("alerts").as_array();
    REQUIRE(alerts.size() == 1);
    CHECK(alerts[0].as_object() == to_json(sample_alert()));
    CHECK(body.at("data").as_object().size() == 1);
}

TEST_CASE("digest and test webhooks carry the payload", "[notify]") {
    auto what = sample_message({});
    what.type = message_type::digest;
    what.payload["subject"] = "weekly";
    auto const body = rendered(what);
    CHECK(text_of(body, "type") == "digest");
    CHECK(body.at("data").as_object() == what.payload);
    what.type = message_type::test;
    what.payload = {};
    CHECK_THAT(to_line(rendered(what)), Contains("This is a test message from modelwatch"));
}

TEST_CASE("the signature is the one that Standard Webhooks prescribes", "[notify]") {
    // Computed with Python's hmac and base64 modules over "msg_1.1700000000.{\"a\":1}".
    auto const keys = notify::signing_keys("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    auto const headers = notify::webhook_headers("msg_1", 1'700'000'000, "{\"a\":1}", keys);
    CHECK(header(headers, "webhook-id") == "msg_1");
    CHECK(header(headers, "webhook-timestamp") == "1700000000");
    CHECK(header(headers, "webhook-signature") == "v1,hVsFLpmw4Ib/Xm0eZLt3KqYBZdt0U8gdGeuz0EsGv78=");
    auto const raw =
        notify::webhook_headers("msg_1", 1'700'000'000, "{\"a\":1}", notify::signing_keys("plain-secret"));
    CHECK(header(raw, "webhook-signature") == "v1,PQ8G/5vQE995TQFlpC2YXRDs2RbuscvSWFk9pfKhuhc=");
}

TEST_CASE("two secrets during a rotation give two signatures, no secret gives none", "[notify]") {
    auto const both =
        notify::webhook_headers("m", 1, "{}", notify::signing_keys(" first-secret\n second-secret\n"));
    auto const one = notify::webhook_headers("m", 1, "{}", notify::signing_keys("second-secret"));
    CHECK_THAT(header(both, "webhook-signature"), Contains(" " + header(one, "webhook-signature")));
    auto const none = notify::webhook_headers("m", 1, "{}", notify::signing_keys(" \n"));
    CHECK(header(none, "webhook-signature").empty());
    CHECK(header(none, "webhook-id") == "m");
}

TEST_CASE("a signing secret that no receiver would take is refused", "[notify]") {
    for (auto const* secret :
         {"whsec_%%%",
          "whsec_!!!!",
          "whsec_",
          "whsec_====",
          "whsec_YWJj",
          "WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
          "v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
          "v1a,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
          "whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
          "whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
          "\"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"",
          "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw whsec_!!!!"}) {
        CAPTURE(secret);
        CHECK_THROWS_AS(notify::signing_keys(secret), std::invalid_argument);
    }
}

TEST_CASE("a retry carries the same id and body, but the time of its own attempt", "[notify]") {
    asio::io_context io;
    fake_clock time{io};
    fake_transport transport;
    transport.answer("POST", "/hook", 503, "busy", {{"Retry-After", "3"}});
    transport.answer("POST", "/hook", 204);
    notify::channel_options options;
    options.url = "https://siem.example/hook";
    options.secret = "a-secret-of-some-length";
    auto const channel = notify::make_channel(options, {transport, time, io.get_executor()});
    auto const what = sample_message();
    auto const first = run_awaitable(io, channel->send(what));
    CHECK(first.what == notify::delivery::outcome::retry);
    CHECK(first.status == 503);
    CHECK(first.retry_after == std::chrono::seconds{3});
    time.advance(std::chrono::minutes{5});
    CHECK(run_awaitable(io, channel->send(what)).what == notify::delivery::outcome::delivered);
    auto const& sent = transport.requests();
    REQUIRE(sent.size() == 2);
    CHECK(header(sent[0].headers, "webhook-id") == what.id);
    CHECK(header(sent[1].headers, "webhook-id") == what.id);
    CHECK(sent[0].body == sent[1].body);
    auto const stamp = [&](std::size_t i) {
        return std::stoll(header(sent[i].headers, "webhook-timestamp"));
    };
    CHECK(stamp(1) - stamp(0) == 300);
    CHECK(header(sent[0].headers, "webhook-signature") != header(sent[1].headers, "webhook-signature"));
    CHECK(header(sent[0].headers, "Content-Type") == "application/json");
}

TEST_CASE("an error of the transport is a retry that names no secret", "[notify]") {
    asio::io_context io;
    fake_clock time{io};
    fake_transport transport;
    transport.fail(
        "POST",
        "/h/s3cr3tpath",
        error{errc::tls, "POST siem.example/h/s3cr3tpath: certificate not trusted", "set ca_file", 0, {}}
    );
    notify::channel_options options;
    options.url = "https://siem.example/h/s3cr3tpath";
    auto const channel = notify::make_channel(options, {transport, time, io.get_executor()});
    auto const result = run_awaitable(io, channel->send(sample_message()));
    CHECK(result.what == notify::delivery::outcome::retry);
    CHECK(result.status == 0);
    CHECK_THAT(result.answer, Contains("not trusted") && !Contains("s3cr3tpath"));
}

TEST_CASE(
    "a body over the limit loses details first, then files, then the mildest alerts, and says so", "[notify]"
) {
    std::vector<alert> alerts(20, sample_alert());
    for (std::size_t i = 0; i < alerts.size(); ++i) {
        alerts[i].id += std::to_string(i);
        alerts[i].what.detail = std::string(2000, 'd');
        alerts[i].what.level = i == 19 ? severity::critical : severity::low;
    }
    auto const what = sample_message(alerts);
    auto const full = notify::render_webhook(what);
    auto const slim = notify::render_webhook(what, full.size() - 100);
    CHECK(slim.size() < full.size() - 20 * 1900);
    CHECK(rendered(what, full.size() - 100).at("data").at("alerts").as_array().size() == 20);
    CHECK(rendered(what, full.size() - 100).at("data").as_object().if_contains("omitted") == nullptr);
    auto const few = rendered(what, 6000);
    auto const& kept = few.at("data").at("alerts").as_array();
    CHECK(kept.size() < 20);
    CHECK(few.at("data").at("omitted").to_number<std::size_t>() == 20 - kept.size());
    CHECK(text_of(kept[0].as_object(), "severity") == "critical");
    CHECK(notify::render_webhook(what, 6000).size() <= 6000);
}

TEST_CASE("one alert with very many files keeps the first of them and counts the others", "[notify]") {
    auto one = sample_alert();
    one.what.files.assign(1500, {std::string(100, 'f'), std::string(64, 'a'), std::string(64, 'b'), 1u, 2u});
    auto const body = rendered(sample_message({one}), 200'000);
    auto const& evidence = body.at("data").at("alerts").as_array().at(0).at("evidence");
    CHECK(evidence.at("files").as_array().size() == 100);
    CHECK(evidence.at("files_omitted").to_number<int>() == 1400);
}

TEST_CASE("webhook bodies are valid JSON whatever the publisher writes", "[notify]") {
    std::mt19937 source{7};
    for (int i = 0; i < 20; ++i) {
        auto const what = random_message(source);
        auto const body = rendered(what);
        REQUIRE(body.at("data").at("alerts").as_array().size() == what.alerts.size());
    }
}
