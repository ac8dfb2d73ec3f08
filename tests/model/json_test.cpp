#include "daemon/model/json.hpp"
#include "tests/support/catch.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>

using namespace modelwatch;

namespace {

double random_double(std::mt19937_64& random) {
    auto const bits = random();
    double out = 0;
    static_assert(sizeof out == sizeof bits);
    std::memcpy(&out, &bits, sizeof out);
    return out;
}

} // namespace

TEST_CASE("numbers are written as people write them", "[model][json]") {
    struct row {
        json::value number;
        std::string text;
    };

    auto const rows = std::vector<row>{
        {22.0, "22.0"},
        {53.5, "53.5"},
        {0.85, "0.85"},
        {1.0, "1.0"},
        {0.0, "0.0"},
        {-3.5, "-3.5"},
        {100.0, "100.0"},
        {1e6, "1000000.0"},
        {1e17, "100000000000000000.0"},
        {0.00001, "0.00001"},
        {0.1, "0.1"},
        {1.0 / 3, "0.3333333333333333"},
        {1e300, "1e+300"},
        {22, "22"},
        {-7, "-7"},
        {std::numeric_limits<std::uint64_t>::max(), "18446744073709551615"},
        {std::numeric_limits<double>::infinity(), "null"},
        {std::nan(""), "null"},
    };
    for (auto const& [number, text] : rows) {
        CAPTURE(text);
        CHECK(to_line(number) == text);
        CHECK(to_pretty(number) == text + "\n");
    }
}

TEST_CASE("a number that is read again is the same number, and a fraction stays one", "[model][json]") {
    std::mt19937_64 random{20261125};
    for (int i = 0; i < 20'000; ++i) {
        auto const number = random_double(random);
        if (!std::isfinite(number)) continue;
        auto const text = to_line(number);
        double again = 0;
        std::from_chars(text.data(), text.data() + text.size(), again);
        REQUIRE(again == number);
        REQUIRE(json::parse(text).is_double());
    }
}

TEST_CASE("everything but fractions is written byte for byte as before: hashes stay", "[model][json]") {
    std::string bytes;
    for (int c = 0; c < 256; ++c)
        bytes += static_cast<char>(c);
    json::value const value{
        {bytes, json::array{bytes, "", 0, -1, true, false, nullptr, json::array{}, json::object{}}},
        {"nested", {{"a", {{"b", json::array{1, 2, json::array{3}}}}}}},
        {"模型", "ünïcode"}
    };
    CHECK(to_line(value) == json::serialize(value));
}

TEST_CASE("JSON for people is indented by two and ends its line", "[model][json]") {
    json::value const value{{"a", json::array{1, json::object{{"b", 0.5}}}}, {"none", json::array{}}};
    CHECK(to_pretty(value) == R"({
  "a": [
    1,
    {
      "b": 0.5
    }
  ],
  "none": []
}
)");
}
