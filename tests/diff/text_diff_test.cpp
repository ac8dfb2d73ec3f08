#include "daemon/diff/diff.hpp"
#include "daemon/diff/edit_script.hpp"
#include "tests/support/catch.hpp"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <unistd.h>

using namespace modelwatch;

namespace {

std::string difference(std::string_view from, std::string_view to, std::size_t limit = 100'000) {
    return diff::unified_text_diff("a", from, "b", to, limit);
}

std::vector<std::string> lines_of(std::string const& text) {
    std::vector<std::string> out;
    std::size_t at = 0;
    while (at < text.size()) {
        auto const end = text.find('\n', at);
        auto const stop = end == std::string::npos ? text.size() : end + 1;
        out.push_back(text.substr(at, stop - at));
        at = stop;
    }
    return out;
}

/// Applies a unified diff as patch(1) does, strictly; throws when a hunk does not fit.
std::string applied(std::string const& from, std::string const& patch) {
    auto const old = lines_of(from);
    auto const script = lines_of(patch);
    std::vector<std::string> out;
    std::size_t at = 0;
    for (std::size_t i = 2; i < script.size(); ++i) {
        auto const& line = script[i];
        if (line.starts_with("@@ -")) {
            auto const comma = line.find_first_of(", ", 4);
            bool const empty = line.compare(comma, 3, ",0 ") == 0;
            auto const start = std::stoul(line.substr(4)) - (empty ? 0 : 1);
            while (at < start)
                out.push_back(old.at(at++));
        } else if (line[0] == '\\') {
            FAIL("a marker without its line");
        } else {
            auto text = line.substr(1);
            bool const unended = i + 1 < script.size() && script[i + 1][0] == '\\';
            if (unended) {
                text.pop_back();
                ++i;
            }
            if (line[0] != '+' && old.at(at++) != text) throw std::runtime_error{"the hunk does not fit"};
            if (line[0] != '-') out.push_back(text);
        }
    }
    while (at < old.size())
        out.push_back(old.at(at++));
    std::string result;
    for (auto const& line : out)
        result += line;
    return result;
}

std::string random_text(std::mt19937& random, std::size_t lines, unsigned alphabet) {
    std::string out;
    for (std::size_t i = random() % (lines + 1); i > 0; --i) {
        out += "line " + std::to_string(random() % alphabet) + (i > 1 || random() % 3 != 0 ? "\n" : "");
    }
    return out;
}

/// Lines that are not shared, by the classic quadratic table.
std::size_t shortest(std::vector<std::string> const& a, std::vector<std::string> const& b) {
    std::vector<std::vector<std::size_t>> common(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = a.size(); i-- > 0;) {
        for (std::size_t j = b.size(); j-- > 0;) {
            common[i][j] =
                a[i] == b[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
        }
    }
    return a.size() + b.size() - 2 * common[0][0];
}

std::size_t edited_lines(std::string const& patch) {
    std::size_t out = 0;
    auto const lines = lines_of(patch);
    for (std::size_t i = 2; i < lines.size(); ++i) {
        if (lines[i][0] == '+' || lines[i][0] == '-') ++out;
    }
    return out;
}

} // namespace

TEST_CASE("equal texts have no difference", "[text]") {
    CHECK(difference("", "").empty());
    CHECK(difference("a\nb\n", "a\nb\n").empty());
}

TEST_CASE("a changed line is shown with three lines around it", "[text]") {
    CHECK(
        difference("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n") ==
        "--- a\n+++ b\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"
    );
}

TEST_CASE("empty sides and single lines have diff's ranges", "[text]") {
    CHECK(difference("", "x\n") == "--- a\n+++ b\n@@ -0,0 +1 @@\n+x\n");
    CHECK(difference("x\ny\n", "") == "--- a\n+++ b\n@@ -1,2 +0,0 @@\n-x\n-y\n");
}

TEST_CASE("a newline that is missing at the end is a difference and is marked", "[text]") {
    CHECK(difference("x\n", "x") == "--- a\n+++ b\n@@ -1 +1 @@\n-x\n+x\n\\ No newline at end of file\n");
    CHECK(
        difference("x\ny", "z\ny") ==
        "--- a\n+++ b\n@@ -1,2 +1,2 @@\n-x\n+z\n y\n\\ No newline at end of file\n"
    );
}

TEST_CASE("changes far apart have hunks of their own, near ones share one", "[text]") {
    auto const text = [](std::size_t first, std::size_t second) {
        std::string out;
        for (std::size_t i = 0; i < 30; ++i)
            out += (i == first || i == second ? "x" : std::to_string(i)) + "\n";
        return out;
    };
    auto const hunks = [](std::string const& patch) {
        std::size_t count = 0;
        for (auto at = patch.find("@@ -"); at != std::string::npos; at = patch.find("@@ -", at + 1))
            ++count;
        return count;
    };
    CHECK(hunks(difference(text(99, 99), text(5, 12))) == 1);
    CHECK(hunks(difference(text(99, 99), text(5, 13))) == 2);
}

TEST_CASE(
    "applying the difference to the old text gives the new one, with the fewest edits", "[text][property]"
) {
    std::mt19937 random{7};
    for (int i = 0; i < 1500; ++i) {
        auto const from = random_text(random, 40, 1 + random() % 12);
        auto const to = random_text(random, 40, 1 + random() % 12);
        auto const patch = difference(from, to);
        if (from == to) continue;
        CAPTURE(from, to, patch);
        REQUIRE(applied(from, patch) == to);
        REQUIRE(edited_lines(patch) == shortest(lines_of(from), lines_of(to)));
    }
}

TEST_CASE("an edit script stays right when its budget ends", "[text][property]") {
    std::mt19937 random{8};
    for (std::size_t budget : {0u, 1u, 10u, 100u, 1000u}) {
        for (int i = 0; i < 100; ++i) {
            std::vector<std::uint32_t> from(random() % 60);
            std::vector<std::uint32_t> to(random() % 60);
            for (auto& value : from)
                value = static_cast<std::uint32_t>(random() % 5);
            for (auto& value : to)
                value = static_cast<std::uint32_t>(random() % 5);
            auto const script = diff::edits(from, to, budget);
            std::vector<std::uint32_t> kept_old;
            std::vector<std::uint32_t> kept_new;
            for (std::size_t k = 0; k < from.size(); ++k) {
                if (!script.removed[k]) kept_old.push_back(from[k]);
            }
            for (std::size_t k = 0; k < to.size(); ++k) {
                if (!script.added[k]) kept_new.push_back(to[k]);
            }
            REQUIRE(kept_old == kept_new);
        }
    }
}

TEST_CASE("the output is bounded and says how much was left out", "[text]") {
    std::string to;
    for (int i = 0; i < 1000; ++i)
        to += std::to_string(i) + "\n";
    auto const patch = difference("", to, 50);
    auto const lines = lines_of(patch);
    CHECK(lines.size() == 51);
    CHECK(lines.back().find("953 more lines") != std::string::npos);
}

TEST_CASE("two large texts without a common line are compared in bounded time", "[text][hostile]") {
    std::string from;
    std::string to;
    std::mt19937 random{9};
    for (int i = 0; i < 60'000; ++i) {
        from += static_cast<char>('a' + random() % 3);
        from += '\n';
        to += static_cast<char>('b' + random() % 3);
        to += '\n';
    }
    auto const start = std::chrono::steady_clock::now();
    auto const patch = difference(from, to, 1'000'000);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds{20});
    CHECK(applied(from, patch) == to);
}

TEST_CASE("patch(1) accepts what we write", "[text]") {
    if (std::system("command -v patch >/dev/null 2>&1") != 0) {
        WARN("patch(1) is not installed");
        return;
    }
    auto const folder =
        std::filesystem::temp_directory_path() / ("modelwatch-diff-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    std::mt19937 random{10};
    for (int i = 0; i < 10; ++i) {
        auto const from = random_text(random, 60, 30) + "end\n";
        auto const to = random_text(random, 60, 30) + "end";
        std::ofstream{folder / "old"} << from;
        std::ofstream{folder / "patch"} << difference(from, to);
        auto const command = "patch -s " + (folder / "old").string() + " " + (folder / "patch").string();
        CHECK(std::system(command.c_str()) == 0);
        std::ostringstream got;
        got << std::ifstream{folder / "old"}.rdbuf();
        CHECK(got.str() == to);
    }
    std::filesystem::remove_all(folder);
}
