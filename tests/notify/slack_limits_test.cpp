#include "daemon/notify/slack_render.hpp"
#include "tests/notify/sample_alerts.hpp"
#include "tests/notify/slack_limits.hpp"
#include "tests/support/catch.hpp"

#include <boost/json/parse.hpp>

#include <set>

namespace modelwatch::test {

namespace {

std::size_t characters(std::string_view text) {
    std::size_t count = 0;
    for (char const c : text)
        count += (static_cast<unsigned char>(c) & 0xc0) == 0x80 ? 0u : 1u;
    return count;
}

struct checker {
    std::string own;
    std::vector<std::string> problems;

    void expect(bool holds, std::string const& what) {
        if (!holds) problems.push_back(what);
    }

    /// Every '<' must open one of our own links; '&' must be one of the three entities.
    void markup(std::string_view text, std::string const& where) {
        for (std::size_t i = 0; i < text.size(); ++i) {
            auto const rest = text.substr(i);
            if (text[i] == '&')
                expect(
                    rest.starts_with("&amp;") || rest.starts_with("&lt;") || rest.starts_with("&gt;"),
                    where + ": bare &"
                );
            if (text[i] == '>') expect(false, where + ": bare >");
            if (text[i] != '<') continue;
            auto const end = rest.find('>');
            expect(
                end != std::string_view::npos && rest.substr(1).starts_with(own), where + ": a foreign <…>"
            );
            if (end == std::string_view::npos) return;
            i += end;
        }
    }

    void text_object(json::value const& value, std::size_t limit, bool plain_only, std::string const& where) {
        auto const& object = value.as_object();
        auto const type = text_of(object, "type");
        auto const text = text_of(object, "text");
        expect(type == "plain_text" || (type == "mrkdwn" && !plain_only), where + ": type");
        expect(!text.empty() && characters(text) <= limit, where + ": length");
        markup(text, where);
    }

    void block(json::object const& one, std::string const& where) {
        auto const type = text_of(one, "type");
        if (type == "header")
            text_object(one.at("text"), 150, true, where + " header");
        else if (type == "section")
            text_object(one.at("text"), 3000, false, where + " section");
        else if (type == "context") {
            auto const& elements = one.at("elements").as_array();
            expect(!elements.empty() && elements.size() <= 10, where + ": elements");
            for (auto const& element : elements)
                text_object(element, 3000, false, where + " context");
        } else
            expect(type == "divider", where + ": unknown type " + std::string{type});
    }
};

} // namespace

std::vector<std::string> slack_problems(std::string const& body, std::string const& own_link_prefix) {
    checker check{own_link_prefix, {}};
    auto const parsed = json::parse(body);
    auto const& document = parsed.as_object();
    auto const text = text_of(document, "text");
    check.expect(!text.empty() && characters(text) <= 4000, "text: length");
    check.markup(text, "text");
    auto const& blocks = document.at("blocks").as_array();
    check.expect(!blocks.empty() && blocks.size() <= 50, "blocks: count");
    for (std::size_t i = 0; i < blocks.size(); ++i)
        check.block(blocks[i].as_object(), "block " + std::to_string(i));
    return check.problems;
}

TEST_CASE("the limits checker finds what Slack would refuse", "[notify]") {
    auto const problems_of = [](std::string const& block) {
        return slack_problems(R"({"text": "x", "blocks": [)" + block + "]}", "https://huggingface.co/")
            .size();
    };
    auto const plain = [](std::size_t length, char const* type) {
        return std::string{R"({"type": ")"} + type + R"(", "text": {"type": "plain_text", "text": ")" +
               std::string(length, 'x') + "\"}}";
    };
    CHECK(problems_of(plain(150, "header")) == 0);
    CHECK(problems_of(plain(151, "header")) == 1);
    CHECK(problems_of(plain(3000, "section")) == 0);
    CHECK(problems_of(plain(3001, "section")) == 1);
    CHECK(problems_of(plain(0, "section")) == 1);
    CHECK(problems_of(R"({"type": "section", "text": {"type": "mrkdwn", "text": "<!channel>"}})") == 1);
    CHECK(
        problems_of(
            R"({"type": "section", "text": {"type": "mrkdwn", "text": "<https://huggingface.co/x|y>"}})"
        ) == 0
    );
    CHECK(problems_of(R"({"type": "video"})") == 1);
}

TEST_CASE(
    "every group of alerts, however hostile, keeps Slack's limits and forms no mention or foreign link",
    "[notify]"
) {
    std::mt19937 source{20261122};
    for (int i = 0; i < 150; ++i) {
        auto const what = random_message(source);
        auto const problems =
            slack_problems(notify::render_slack(what), "https://huggingface.co/tiiuae/falcon-7b/");
        CAPTURE(i, problems);
        REQUIRE(problems.empty());
    }
}

} // namespace modelwatch::test
