#include "tests/assess/golden_models.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <ctime>

// Hidden: run with `test_assess "[.bench]"`. Prints numbers; fails where the budget is missed.

using namespace assess_test;

TEST_CASE("ten thousand stored models are assessed again in two seconds", "[.bench]") {
    constexpr std::size_t models = 10'000;
    auto const rows = golden_rows();
    std::vector<std::string> stored;
    std::size_t bytes = 0;
    for (std::size_t at = 0; at < models; ++at) {
        auto facts = rows[at % rows.size()].facts;
        bool const stranger = at % 2 == 0; // to the registry, so that its name is compared with every row
        if (stranger) facts.author = fmt::format("some-account-{}", at);
        stored.push_back(json::serialize(to_json(facts)));
        bytes += stored.back().size();
    }
    rubric const numbers;
    std::array<std::size_t, 5> levels{};
    auto const start = std::clock(); // processor time: other work on the machine does not count
    for (auto const& text : stored) {
        auto const facts = evidence_from_json(json::parse(text).as_object());
        ++levels[static_cast<std::size_t>(assessed(facts, numbers).rating())];
    }
    auto const seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    fmt::print(
        "{} models from {} bytes of JSON each: {:.2f} s, {:.0f} us each\n",
        models,
        bytes / models,
        seconds,
        seconds * 1e6 / models
    );
    CHECK(levels[0] > 0);
    CHECK(levels[4] > 0);
    CHECK(seconds < 2);
}
