#include "daemon/notify/pagerduty_progress.hpp"
#include "daemon/notify/pagerduty_render.hpp"
#include "tests/notify/json_texts.hpp"
#include "tests/notify/sending.hpp"
#include "tests/support/catch.hpp"

using namespace modelwatch;
using namespace modelwatch::test;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using outcome = notify::delivery::outcome;

namespace {

message with_alerts(std::size_t count) {
    std::vector<alert> alerts;
    for (std::size_t i = 0; i < count; ++i) {
        alerts.push_back(sample_alert());
        alerts.back().id = "alert-" + std::to_string(i);
    }
    return sample_message(std::move(alerts));
}

json::object event_of(message const& what, std::size_t which = 0) {
    auto const events = notify::pagerduty_events(what);
    auto const body =
        notify::render_pagerduty(events.at(which), what, far_end::routing_key, notify::pagerduty_form::whole);
    return json::parse(body).as_object();
}

/// The events that arrived, as "action dedup_key".
std::vector<std::string> sent(fake_transport const& transport) {
    std::vector<std::string> out;
    for (auto const& request : transport.requests()) {
        auto const event = json::parse(request.body).as_object();
        out.push_back(
            std::string{text_of(event, "event_action")} + " " + std::string{text_of(event, "dedup_key")}
        );
    }
    return out;
}

net::http_response yes() {
    return taken(notify::channel_type::pagerduty);
}

struct pager : far_end {
    pager()
        : far_end(notify::channel_type::pagerduty) {}

    void answers(std::vector<net::http_response> const& replies) {
        for (auto const& one : replies)
            transport.answer("POST", target, one);
    }
};

std::vector<std::string> names(std::vector<std::string> list) {
    return list;
}

} // namespace

TEST_CASE("a PagerDuty event wakes somebody with one line that answers everything", "[notify]") {
    auto what = sample_message();
    what.alerts[0].what.evidence["deployed_affected"] = true;
    what.alerts[0].what.evidence["rating_before"] = "Medium";
    what.alerts[0].what.evidence["rating_after"] = "High";
    auto const event = event_of(what);
    CHECK(text_of(event, "routing_key") == far_end::routing_key);
    CHECK(text_of(event, "event_action") == "trigger");
    CHECK(text_of(event, "dedup_key") == what.alerts[0].id);
    auto const& payload = event.at("payload").as_object();
    CHECK_THAT(
        std::string{text_of(payload, "summary")},
        StartsWith("tiiuae/falcon-7b: weights replaced (model-00001-of-00002.safetensors) [env=prod]; in "
                   "production: "
                   "AFFECTED; rating: Medium -> High; do now: Hold rollouts")
    );
    CHECK(text_of(payload, "source") == "tiiuae/falcon-7b@main");
    CHECK(text_of(payload, "severity") == "error");
    CHECK(text_of(payload, "class") == "weights-replaced");
    CHECK(text_of(payload, "group") == "env=prod");
    CHECK(text_of(payload, "timestamp") == "2026-11-22T09:00:00Z");
    auto const& details = payload.at("custom_details").as_object();
    CHECK_THAT(
        std::string{text_of(details.at("files").as_array().at(0).as_object(), "is")},
        Contains(std::string(64, 'b'))
    );
    CHECK(text_of(event.at("links").as_array().at(0).as_object(), "href") == what.alerts[0].url);
}

TEST_CASE("severities become PagerDuty's four", "[notify]") {
    CHECK(notify::pagerduty_severity(severity::critical) == "critical");
    CHECK(notify::pagerduty_severity(severity::high) == "error");
    CHECK(notify::pagerduty_severity(severity::medium) == "warning");
    CHECK(notify::pagerduty_severity(severity::low) == "info");
    CHECK(notify::pagerduty_severity(severity::info) == "info");
}

TEST_CASE("what happens to an alert happens to its incident", "[notify]") {
    auto what = sample_message();
    for (auto const type : {message_type::opened, message_type::updated, message_type::reminder}) {
        what.type = type;
        CHECK(text_of(event_of(what), "event_action") == "trigger");
    }
    what.alerts[0].state = alert_state::acknowledged;
    CHECK(text_of(event_of(what), "event_action") == "acknowledge");
    what.type = message_type::resolved;
    what.alerts[0].state = alert_state::resolved;
    auto const resolve = event_of(what);
    CHECK(text_of(resolve, "event_action") == "resolve");
    CHECK(text_of(resolve, "dedup_key") == what.alerts[0].id);
}

TEST_CASE("several alerts are several events, the worst first", "[notify]") {
    auto what = with_alerts(3);
    what.alerts[2].what.level = severity::critical;
    pager far;
    far.answers({yes(), yes(), yes()});
    auto const made = far.send(what);
    CHECK(made.what == outcome::delivered);
    CHECK(made.pending_recipients.empty());
    CHECK(sent(far.transport) == names({"trigger alert-2", "trigger alert-0", "trigger alert-1"}));
    CHECK_THAT(made.answer, Contains("3 of 3 events taken") && Contains("202"));
}

TEST_CASE("a partial success is resumed and not repeated", "[notify]") {
    auto const what = with_alerts(4);
    pager far;
    far.answers({yes(), fake_transport::response(429, "", {{"Retry-After", "9"}})});
    auto const first = far.send(what);
    CHECK(first.what == outcome::retry);
    CHECK(first.retry_after == std::chrono::seconds{9});
    CHECK(first.status == 429);
    CHECK(first.pending_recipients == names({"alert-1", "alert-2", "alert-3"}));
    CHECK(far.transport.requests().size() == 2); // after a 429 nothing more is asked
    far.answers({yes(), yes(), yes()});
    CHECK(far.send(what, first.pending_recipients).what == outcome::delivered);
    CHECK(sent(far.transport).back() == "trigger alert-3");
    CHECK(far.transport.count("POST", far_end::target) == 5);
}

TEST_CASE("when no event was taken all are pending, and a resumed attempt says which still are", "[notify]") {
    auto const what = with_alerts(3);
    pager far;
    far.answers({fake_transport::response(429, "")});
    auto const first = far.send(what);
    CHECK(first.what == outcome::retry);
    CHECK(first.pending_recipients.empty());
    CHECK(first.retry_after == std::chrono::seconds{30});
    far.answers({fake_transport::response(429, "")});
    auto const resumed = far.send(what, {"alert-1", "alert-2"});
    CHECK(resumed.pending_recipients == names({"alert-1", "alert-2"}));
}

TEST_CASE("one event that the server cannot digest does not hold up the others", "[notify]") {
    pager far;
    far.answers({fake_transport::response(500, "boom"), yes(), yes()});
    auto const made = far.send(with_alerts(3));
    CHECK(made.what == outcome::retry);
    CHECK(made.pending_recipients == names({"alert-0"}));
    far.answers({fake_transport::response(500), fake_transport::response(502), yes()});
    CHECK(far.send(with_alerts(5)).what == outcome::retry);
    CHECK(far.transport.left_over() == 1); // two in a row: it is the server
}

TEST_CASE("an event that is refused for its content goes once more in brief", "[notify]") {
    pager far;
    far.answers({fake_transport::response(400, R"({"status":"invalid event","errors":["too big"]})"), yes()});
    auto const made = far.send();
    CHECK(made.what == outcome::delivered);
    CHECK_THAT(made.answer, Contains("in brief, after: 400"));
    auto const event = json::parse(far.transport.requests()[1].body).as_object();
    auto const& details = event.at("payload").as_object().at("custom_details").as_object();
    CHECK(details.size() == 2);
    CHECK_THAT(std::string{text_of(details, "more")}, StartsWith("modelwatch alerts show "));
}

TEST_CASE("what was refused is not forgotten while the rest is still on its way", "[notify]") {
    auto const what = with_alerts(3);
    auto const no = fake_transport::response(400, R"({"status":"invalid event"})");
    pager far;
    far.answers({yes(), no, no, fake_transport::response(503, "later")});
    auto const first = far.send(what);
    CHECK(first.what == outcome::retry);
    CHECK(first.pending_recipients == names({"alert-2", "refused alert-1"}));
    far.answers({yes()});
    auto const second = far.send(what, first.pending_recipients);
    CHECK(sent(far.transport).back() == "trigger alert-2");
    CHECK(second.what == outcome::failed); // given up and told to the fallback, not lost unseen
    CHECK(second.pending_recipients == names({"alert-1"}));
}

TEST_CASE("a wrong routing key is asked about twice, not once per alert", "[notify]") {
    pager far;
    far.transport.always("POST", far_end::target, 403, "forbidden");
    auto const made = far.send(with_alerts(100));
    CHECK(made.what == outcome::failed);
    CHECK(far.transport.requests().size() == 2);
}

TEST_CASE("PagerDuty has taken what it answers 202 or success to", "[notify]") {
    auto const answered = [](unsigned status, char const* body) {
        pager far;
        far.transport.always("POST", far_end::target, status, body);
        return far.send().what;
    };
    CHECK(answered(202, "") == outcome::delivered);
    CHECK(answered(200, R"({"status":"success"})") == outcome::delivered);
    CHECK(answered(200, "") == outcome::retry);
    CHECK(answered(200, R"({"status":"invalid event"})") == outcome::failed);
    CHECK(answered(202, R"({"status":"throttled"})") == outcome::retry);
}

TEST_CASE("a slow far end ends the attempt after a while and the next one goes on", "[notify]") {
    pager far;
    far.options.timeout = std::chrono::seconds{10};
    far.slow.delay = std::chrono::seconds{9};
    far.transport.always("POST", far_end::target, [](net::http_request const&) { return yes(); });
    auto const made = far.send(with_alerts(20));
    CHECK(made.what == outcome::retry);
    CHECK(made.pending_recipients.size() == 15);
    CHECK_THAT(made.answer, StartsWith("5 of 20 events taken"));
}

TEST_CASE(
    "a test is triggered and resolved at once; digests share one incident of severity info", "[notify]"
) {
    auto what = sample_message({});
    what.type = message_type::test;
    pager far;
    far.answers({yes(), yes()});
    CHECK(far.send(what).what == outcome::delivered);
    CHECK(
        sent(far.transport) ==
        names({"trigger modelwatch-test-" + what.id, "resolve modelwatch-test-" + what.id})
    );
    what.type = message_type::digest;
    what.payload = {{"subject", "digest: all is well"}, {"text", "nothing to do"}};
    auto const digest = event_of(what);
    CHECK(text_of(digest, "dedup_key") == "modelwatch-digest");
    auto const& payload = digest.at("payload").as_object();
    CHECK(text_of(payload, "severity") == "info");
    CHECK(text_of(payload, "summary") == "digest: all is well");
    CHECK(text_of(payload.at("custom_details").as_object(), "text") == "nothing to do");
}

TEST_CASE("every event keeps PagerDuty's limits, however hostile the alert", "[notify]") {
    std::mt19937 source{512};
    for (int i = 0; i < 40; ++i) {
        auto const what = random_message(source);
        for (auto const& event : notify::pagerduty_events(what)) {
            auto const body =
                notify::render_pagerduty(event, what, far_end::routing_key, notify::pagerduty_form::whole);
            REQUIRE(body.size() <= notify::pagerduty_body);
            REQUIRE(event.dedup_key.size() <= notify::pagerduty_key);
            auto const parsed = json::parse(body).as_object();
            if (text_of(parsed, "event_action") != "trigger") continue;
            auto const& payload = parsed.at("payload").as_object();
            REQUIRE(!text_of(payload, "summary").empty());
            REQUIRE(text_of(payload, "summary").size() <= notify::pagerduty_summary);
            REQUIRE(!text_of(payload, "source").empty());
        }
    }
}

TEST_CASE("without a configured address PagerDuty's own is used, and without a key nothing", "[notify]") {
    pager far;
    far.options.url.clear();
    far.transport.answer("POST", "https://events.pagerduty.com/v2/enqueue", yes());
    CHECK(far.send().what == outcome::delivered);
    far.options.secret.clear();
    CHECK_THROWS_AS(far.send(), std::invalid_argument);
}
