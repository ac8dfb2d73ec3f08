#include "tests/config/support.hpp"

#include <cstdint>

using namespace modelwatch::config;
using namespace modelwatch::config::testing;

namespace {

/// The example with all its settings switched on: more to break.
std::string dense_example() {
    std::string dense;
    std::istringstream in{example_file()};
    for (std::string line; std::getline(in, line);) {
        bool const off = line.size() > 1 && line[0] == '#' && line[1] != ' ';
        if (off) line.erase(0, 1);
        if (!line.empty() && line[0] != '#') dense += line + "\n";
    }
    return dense;
}

/// Whatever comes, parse() answers: usable settings, or problems that each say something.
void must_answer(std::string const& toml) {
    auto const out = parsed(toml);
    if (out.ok()) {
        auto const shown = show(out.value);
        auto const again = parsed(shown);
        INFO(toml);
        INFO(texts(again.problems));
        REQUIRE(again.ok());
        REQUIRE(show(again.value) == shown);
        return;
    }
    for (auto const& entry : out.problems) {
        REQUIRE_FALSE(entry.what.empty());
        REQUIRE(entry.where.find("modelwatch.toml") == 0);
    }
}

/// A small generator whose numbers are the same everywhere and always.
struct sequence {
    std::uint32_t state;

    std::uint32_t next() {
        state = state * 1664525u + 1013904223u;
        return state >> 8;
    }
};

} // namespace

TEST_CASE("no truncation of the example crashes the parser", "[config]") {
    auto const text = dense_example();
    for (std::size_t length = 0; length < text.size(); length += 7)
        must_answer(text.substr(0, length));
}

TEST_CASE("no flipped byte of the example crashes the parser", "[config]") {
    auto const text = dense_example();
    sequence numbers{2026};
    for (int round = 0; round < 1500; ++round) {
        auto broken = text;
        auto const flips = 1 + numbers.next() % 3;
        for (std::uint32_t flip = 0; flip < flips; ++flip) {
            broken[numbers.next() % broken.size()] = static_cast<char>(numbers.next() & 0xff);
        }
        must_answer(broken);
    }
}

TEST_CASE("no exchanged line of the example crashes the parser", "[config]") {
    std::vector<std::string> lines;
    std::istringstream in{dense_example()};
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    sequence numbers{418};
    for (int round = 0; round < 500; ++round) {
        auto mixed = lines;
        for (int swap = 0; swap < 4; ++swap) {
            std::swap(mixed[numbers.next() % mixed.size()], mixed[numbers.next() % mixed.size()]);
        }
        std::string text;
        for (auto const& line : mixed)
            text += line + "\n";
        must_answer(text);
    }
}

TEST_CASE("a key nested beyond reason is refused before it can exhaust the stack", "[config]") {
    std::string deep = "a";
    for (int part = 0; part < 300'000; ++part)
        deep += part % 2 == 0 ? ".a" : ".\"b\"";
    auto const text = "modelwatch.toml:2: not a configuration: a key of more than a hundred parts";
    CHECK(texts(parsed("\n" + deep + " = 1\n").problems) == text);
    CHECK(texts(parsed("\n[" + deep + "]\n").problems) == text);
    std::string const dots(500, '.');
    CHECK(parsed("# " + dots + "\n[advisories]\npaths = [\"/" + dots + "\", '/" + dots + "'] # " + dots).ok()
    );
}

TEST_CASE("odd documents are answered", "[config]") {
    must_answer(std::string{"\0", 1});
    must_answer("\xEF\xBB\xBF[daemon]\n");
    must_answer("\xFF\xFE");
    must_answer(std::string(20000, '['));
    must_answer("watch = " + std::string(5000, '[') + std::string(5000, ']'));
    must_answer("[daemon]\nretention = 99999999999999999999d\n");
    must_answer("[daemon]\nretention = \"99999999999999999999d\"\n");
    must_answer("\"\" = 1\n[\"\"]\n");
    must_answer("[hubs.\"\"]\nendpoint = \"https://x.example\"\n");
    must_answer("[daemon]\n\"" + std::string(100000, 'x') + "\" = 1\n");
    must_answer("[daemon]\nstate_dir = \"" + std::string(100000, 'x') + "\"\n");
}
