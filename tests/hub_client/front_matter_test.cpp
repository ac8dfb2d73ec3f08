#include "daemon/hub/front_matter.hpp"
#include "tests/support/catch.hpp"

#include <random>

using namespace modelwatch;
using hub::read_front_matter;

namespace {

std::string card(std::string const& block) {
    return "---\n" + block + "\n---\n# Model\n";
}

std::string fields(std::string const& readme) {
    auto const read = read_front_matter(readme);
    return read.problem.empty() ? to_line(read.fields) : "problem";
}

/// Lists of names of lists: each level holds the one before ten times.
std::string alias_bomb() {
    std::string text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
    for (int i = 1; i < 12; ++i) {
        auto const name = "*a" + std::to_string(i - 1);
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        for (int k = 0; k < 10; ++k)
            text += (k > 0 ? "," : "") + name;
        text += "]\n";
    }
    return text;
}

} // namespace

TEST_CASE("a license is read however YAML lets it be written") {
    std::string const want = R"({"license":"mit"})";
    for (auto const* const text :
         {"license: mit",
          "license: \"mit\"",
          "license: 'mit'",
          "license:   mit   # free",
          "\"license\": mit",
          "{license: mit}",
          "license: >-\n  mit",
          "license: |-\n  mit",
          "license:\n  mit",
          "license: !!str mit",
          "# a word\nlicense: mit",
          "license: &l mit",
          "license: gemma\nlicense: mit"}) {
        CAPTURE(text);
        CHECK(fields(card(text)) == want);
    }
    CHECK(fields("\xef\xbb\xbf---\r\nlicense: mit\r\n---\r\ntext") == want);
    CHECK(fields("\n  ---\nlicense: mit\n--- \ntext") == want);
    CHECK(fields("---\nlicense: mit\n---") == want);
}

TEST_CASE("lists, tables, repeated nodes and plain words keep their meaning") {
    CHECK(fields(card("license:\n- mit\n- apache-2.0")) == R"({"license":["mit","apache-2.0"]})");
    CHECK(fields(card("license: [mit, apache-2.0]")) == R"({"license":["mit","apache-2.0"]})");
    CHECK(fields(card("a: &x [1]\nb: *x")) == R"({"a":["1"],"b":["1"]})");
    CHECK(fields(card("a: &x {license: mit}\n<<: *x")) == R"({"a":{"license":"mit"},"license":"mit"})");
    CHECK(
        fields(card("a: true\nb: ~\nc: \"true\"\nd: 1.0\ne:")) ==
        R"({"a":true,"b":null,"c":"true","d":"1.0","e":null})"
    );
    CHECK(
        fields(card("prompt: |\n  {x}\n  ---\nlicense: mit")) == R"({"prompt":"{x}\n---\n","license":"mit"})"
    );
}

TEST_CASE("a card without front matter has none, and no problem") {
    for (auto const* const text :
         {"",
          "# Model",
          "---",
          "---\n# a line and no second one\n",
          "text\n---\nlicense: mit\n---\n",
          "----\na: b\n----\n",
          "---\n---\ntext",
          "---\n# only a word\n---\n"}) {
        CAPTURE(text);
        CHECK(fields(text) == "{}");
    }
}

TEST_CASE("front matter that cannot be read is a problem and never an empty card") {
    for (auto const& text :
         {std::string("license: [mit"),
          std::string("license: \"mit"),
          std::string("a: b: c"),
          std::string("- mit"),
          std::string("mit"),
          std::string("license: *nobody"),
          std::string("license: mit\n\tbad: x\n  - y"),
          std::string("license: mit\x04\nx: y"),
          std::string("? [a]\n: b"),
          std::string("a: &a [*a]"),
          std::string(300'000, 'x'),
          "a: " + std::string(40, '[') + std::string(40, ']'),
          "a: " + std::string(100'000, '['),
          alias_bomb()}) {
        CAPTURE(text.substr(0, 40));
        auto const read = read_front_matter(card(text));
        CHECK(read.fields.empty());
        CHECK_FALSE(read.problem.empty());
        CHECK(read.problem.size() <= 200);
    }
}

TEST_CASE("whatever the bytes are, the outcome is a value") {
    auto const whole = card("license: mit\ntags: [a, b]\nx: &y {z: 'q'}\nw: *y\nv: |\n  text");
    constexpr std::string_view odd = "\t\n \"'&*!|>-?:[]{}#,%@`\xff\x01z";
    std::mt19937 dice(20'261'128);
    for (int i = 0; i < 5'000; ++i) {
        auto body = whole;
        for (auto rounds = 1 + dice() % 4; rounds > 0; --rounds)
            body[4 + dice() % (body.size() - 4)] = odd[dice() % odd.size()];
        auto const read = read_front_matter(body);
        if (!read.problem.empty() && !read.fields.empty()) FAIL("half a card");
    }
    SUCCEED();
}
