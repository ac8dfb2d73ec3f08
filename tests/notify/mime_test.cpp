#include "daemon/notify/mime.hpp"
#include "tests/notify/sample_alerts.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

using namespace modelwatch;
using namespace modelwatch::notify;
using Catch::Matchers::Contains;

namespace {

std::vector<std::string> lines_of(std::string const& text) {
    std::vector<std::string> lines;
    std::size_t at = 0;
    while (at < text.size()) {
        auto const end = text.find("\r\n", at);
        REQUIRE(end != std::string::npos);
        lines.push_back(text.substr(at, end - at));
        at = end + 2;
    }
    return lines;
}

/// A header is one only if every line after the first is a continuation.
void require_one_header(std::string const& text) {
    auto const lines = lines_of(text);
    REQUIRE_FALSE(lines.empty());
    for (std::size_t i = 0; i < lines.size(); ++i) {
        CAPTURE(lines[i]);
        REQUIRE(lines[i].size() <= 998);
        REQUIRE(lines[i].find_first_of(std::string("\r\n\0", 3)) == std::string::npos);
        REQUIRE((i == 0 || lines[i].front() == ' '));
    }
}

int hex_digit(char c) {
    return c >= 'A' ? c - 'A' + 10 : c - '0';
}

std::string decoded(std::string const& text) {
    std::string out;
    for (auto line : lines_of(text)) {
        bool const soft = line.ends_with('=');
        if (soft) line.pop_back();
        for (std::size_t i = 0; i < line.size(); ++i) {
            if (line[i] != '=') {
                out += line[i];
                continue;
            }
            out += static_cast<char>(hex_digit(line.at(i + 1)) * 16 + hex_digit(line.at(i + 2)));
            i += 2;
        }
        if (!soft) out += '\n';
    }
    return out;
}

} // namespace

TEST_CASE("no text can add a header or a body to a mail", "[notify]") {
    for (auto const& text : test::hostile_texts()) {
        CAPTURE(text);
        auto const header = text_header("Subject", text);
        require_one_header(header);
        CHECK(header.starts_with("Subject:"));
    }
}

TEST_CASE("long subjects are folded and non-ASCII ones are encoded words", "[notify]") {
    CHECK(text_header("Subject", "short") == "Subject: short\r\n");
    auto const folded = text_header(
        "Subject",
        std::string{"[HIGH] tiiuae/falcon-7b: weights replaced "} + std::string(60, 'x') + " [env=prod]"
    );
    CHECK(lines_of(folded).size() == 2);
    auto const encoded = text_header("Subject", "Modèle remplacé – 模型 " + std::string(80, 'y'));
    for (auto const& line : lines_of(encoded)) {
        CHECK(line.size() <= 84);
        CHECK_THAT(line, Contains("=?UTF-8?B?") && Contains("?="));
    }
}

TEST_CASE("text that looks like an encoded word is encoded itself", "[notify]") {
    CHECK_THAT(text_header("Subject", "=?utf-8?B?PHNjcmlwdD4=?="), !Contains("PHNjcmlwdD4="));
}

TEST_CASE("mail dates have the form of RFC 5322", "[notify]") {
    CHECK(mail_date(1'795'338'005) == "Sun, 22 Nov 2026 09:00:05 +0000");
    CHECK(mail_date(0) == "Thu, 1 Jan 1970 00:00:00 +0000");
}

TEST_CASE(
    "quoted-printable keeps every byte, within 76 columns, and leaves no line that begins with a dot",
    "[notify]"
) {
    for (auto text : test::hostile_texts()) {
        text.erase(std::remove(text.begin(), text.end(), '\r'), text.end());
        auto const encoded = quoted_printable(text);
        for (auto const& line : lines_of(encoded)) {
            REQUIRE(line.size() <= 76);
            REQUIRE_FALSE(line.starts_with('.'));
            REQUIRE_FALSE(line.ends_with(' '));
        }
        auto const wanted = text.empty() || text.ends_with('\n') ? text : text + "\n";
        CHECK(decoded(encoded) == wanted);
    }
}

TEST_CASE("only addresses that cannot end a command or a header are mailboxes", "[notify]") {
    CHECK(parse_mailbox("ops@corp.example", true).address == "ops@corp.example");
    auto const named = parse_mailbox(" Model \"Watch\" <ops@corp.example> ", true);
    CHECK(named.address == "ops@corp.example");
    CHECK(mailbox_header("From", {named}) == "From: \"Model \\\"Watch\\\"\" <ops@corp.example>\r\n");
    CHECK(parse_mailbox("root", false).address == "root");
    for (auto const* bad :
         {"", "root", "a@", "@b", "a@b@c", "a b@c", "a@b\r\nRCPT TO:<x@y>", "a@b>", "x <a@b", "ä@b", "a@b,c@d"
         }) {
        CAPTURE(bad);
        CHECK_THROWS_AS(parse_mailbox(bad, true), std::invalid_argument);
    }
}
