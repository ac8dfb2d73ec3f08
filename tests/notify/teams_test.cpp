#include "daemon/notify/teams_render.hpp"
#include "tests/notify/json_texts.hpp"
#include "tests/notify/sending.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

using namespace modelwatch;
using namespace modelwatch::test;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using outcome = notify::delivery::outcome;

namespace {

json::object card(message const& what) {
    auto const body = json::parse(notify::render_teams(what)).as_object();
    auto const& attachment = body.at("attachments").as_array().at(0).as_object();
    REQUIRE(text_of(body, "type") == "message");
    REQUIRE(text_of(attachment, "contentType") == "application/vnd.microsoft.card.adaptive");
    return attachment.at("content").as_object();
}

/// The text of every line, top to bottom.
std::vector<std::string> lines_of(message const& what) {
    std::vector<std::string> out;
    auto const whole = card(what);
    for (auto const& block : whole.at("body").as_array()) {
        auto const* inlines = block.as_object().if_contains("inlines");
        if (inlines == nullptr) continue;
        std::string line;
        for (auto const& run : inlines->as_array())
            line += text_of(run.as_object(), "text");
        out.push_back(line);
    }
    return out;
}

notify::delivery answered(unsigned status, std::string body) {
    far_end far{notify::channel_type::teams};
    far.transport.answer("POST", far_end::target, status, std::move(body));
    return far.send();
}

} // namespace

TEST_CASE(
    "a Teams card says first what happened, whether production is affected and what to do", "[notify]"
) {
    auto what = sample_message();
    what.alerts[0].what.evidence = {
        {"deployed_affected", true}, {"rating_before", "Medium"}, {"rating_after", "High"}
    };
    auto const lines = lines_of(what);
    REQUIRE(lines.size() > 8);
    CHECK(
        lines[0] == "[HIGH] tiiuae/falcon-7b: weights replaced (model-00001-of-00002.safetensors) [env=prod]"
    );
    CHECK(lines[1] == "Production runs it.");
    CHECK_THAT(lines[2], StartsWith("• high: model-00001-of-00002.safetensors has other content"));
    CHECK(lines[3] == "Commit: ec89142b -> 898df139");
    CHECK(lines[4] == "Rating: Medium -> High");
    CHECK_THAT(lines[5], StartsWith("Do now: Hold rollouts"));
    CHECK(
        std::find(lines.begin(), lines.end(), "  was sha256 " + std::string(64, 'a') + " (10.0 GB)") !=
        lines.end()
    );
    auto const whole = notify::render_teams(what);
    CHECK_THAT(
        whole,
        Contains("modelwatch accept tiiuae/falcon-7b --commit 898df1396f35e447d5fe44e0a3ccaaaa69f30d36")
    );
    CHECK_THAT(
        whole,
        Contains(
            R"({"type":"Action.OpenUrl","title":"Evidence on the hub","url":"https://huggingface.co/tiiuae)"
        )
    );
}

TEST_CASE("a Teams group shows the worst alerts first and counts the rest", "[notify]") {
    std::vector<alert> alerts(200, sample_alert());
    for (std::size_t i = 0; i < alerts.size(); ++i)
        alerts[i].repo = "corp/model-" + std::to_string(i);
    alerts[133].what.level = severity::critical;
    auto const lines = lines_of(sample_message(alerts));
    CHECK_THAT(lines[0], StartsWith("[CRITICAL] 200 alerts in 200 places, worst: corp/model-133"));
    CHECK_THAT(lines[1], StartsWith("[CRITICAL] corp/model-133"));
    auto const shown = std::count_if(lines.begin() + 1, lines.end(), [](auto const& line) {
        return line.find("weights replaced (") != std::string::npos;
    });
    CHECK(shown >= 5);
    CHECK(lines[lines.size() - 2] == "and " + std::to_string(200 - shown) + " more: modelwatch alerts list");
}

TEST_CASE("the card stays below Teams' limit even if Teams escapes every character", "[notify]") {
    CHECK(notify::escaped_size("abc") == 3);
    CHECK(notify::escaped_size("ü模") == 12);
    CHECK(notify::escaped_size("\xf0\x9f\xa4\x96") == 12);
    std::mt19937 source{28};
    for (int i = 0; i < 60; ++i) {
        auto const body = notify::render_teams(random_message(source));
        CHECK(notify::escaped_size(body) <= notify::teams_body);
    }
    auto huge = sample_message();
    for (int i = 0; i < 3000; ++i)
        huge.alerts[0].what.detail += "\xf0\x9f\xa4\x96";
    huge.alerts[0].what.files.assign(500, huge.alerts[0].what.files[0]);
    auto const body = notify::render_teams(huge);
    CHECK(notify::escaped_size(body) <= notify::teams_body);
    CHECK_THAT(body, Contains("and 495 more files"));
}

TEST_CASE("a digest becomes lines of a card, and says where the rest is when it is too long", "[notify]") {
    auto what = sample_message({});
    what.type = message_type::digest;
    what.payload["subject"] = "modelwatch digest: 2 of 30 models need attention";
    std::string text;
    for (int i = 0; i < 3000; ++i)
        text += "line " + std::to_string(i) + "\n";
    what.payload["text"] = text;
    auto const lines = lines_of(what);
    CHECK(lines[0] == "modelwatch digest: 2 of 30 models need attention");
    CHECK(lines[1] == "line 0");
    CHECK_THAT(lines[lines.size() - 2], Contains("modelwatch digest --preview"));
    CHECK(notify::escaped_size(notify::render_teams(what)) <= notify::teams_body);
    what.type = message_type::test;
    what.payload.clear();
    CHECK_THAT(lines_of(what)[0], StartsWith("[TEST]"));
}

TEST_CASE("texts for a card are cut between characters", "[notify]") {
    std::string robots;
    for (int i = 0; i < 100; ++i)
        robots += "\xf0\x9f\xa4\x96";
    for (std::size_t limit = 10; limit < 60; ++limit) {
        auto const cut = notify::teams_plain(robots, limit);
        CHECK(cut.size() <= limit);
        CHECK(cut.ends_with("…"));
        CHECK((cut.size() - std::string{"…"}.size()) % 4 == 0);
    }
}

TEST_CASE("Teams' 200 with an error in the body is no delivery", "[notify]") {
    CHECK(answered(200, "1").what == outcome::delivered);
    CHECK(answered(200, "").what == outcome::delivered);
    CHECK(answered(200, R"({"status":"Accepted"})").what == outcome::delivered);
    auto const failed = [](char const* status) {
        return std::string{
                   "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error "
               } +
               status + " with ContextId tcid=0";
    };
    CHECK(answered(200, failed("413")).what == outcome::failed);
    CHECK(answered(200, failed("403")).what == outcome::failed);
    CHECK(answered(200, failed("500")).what == outcome::retry);
    auto const throttled = answered(200, failed("429"));
    CHECK(throttled.what == outcome::retry);
    CHECK(throttled.retry_after == std::chrono::seconds{15});
    CHECK(answered(200, R"({"error":{"code":"NoResponse"}})").what == outcome::retry);
    CHECK(answered(202, "Bad payload received by generic incoming webhook: error").what == outcome::retry);
}

TEST_CASE("Teams is left alone for 15 seconds when it throttles without saying for how long", "[notify]") {
    CHECK(answered(429, "").retry_after == std::chrono::seconds{15});
    CHECK_FALSE(answered(503, "").retry_after);
}
