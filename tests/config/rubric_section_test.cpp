#include "tests/config/support.hpp"

using namespace modelwatch;
using namespace modelwatch::config;
using namespace modelwatch::config::testing;
using namespace std::chrono_literals;

namespace {

std::string mistakes(std::string_view toml) {
    return texts(parsed(toml).problems);
}

} // namespace

TEST_CASE("the rubric's numbers are read; what is not named keeps its default", "[config]") {
    auto const value = good(R"([rubric]
weights = { access = 0.05, format = 0.35 }
bounds = [10, 20, 30, 40.5]
age_limits = ["90d", "180d", "1000d"]
popular_downloads = 5
floors_off = ["F7", "F1"]
points = { "access-gating.auto" = 20 })");
    CHECK(value.rubric.weights == std::array<double, 5>{0.05, 0.1, 0.35, 0.3, 0.2});
    CHECK(value.rubric.bounds == std::array<double, 4>{10, 20, 30, 40.5});
    CHECK(value.rubric.age_limits[2] == 24h * 1000);
    CHECK(value.rubric.popular_downloads == 5);
    CHECK(value.rubric.floors_off == std::vector<std::string>{"F7", "F1"});
    CHECK(value.rubric.points.at("access-gating.auto").points == 20);
}

TEST_CASE("points are read with the quotes and without, and remember where they stand", "[config]") {
    auto const value = good("[rubric.points]\n\"access-gating.auto\" = 20\nformat-scan.unsafe = 60\n");
    REQUIRE(value.rubric.points.size() == 2);
    CHECK(value.rubric.points.at("access-gating.auto").where == "modelwatch.toml:2");
    CHECK(value.rubric.points.at("format-scan.unsafe").where == "modelwatch.toml:3");
    CHECK(value.rubric.points.at("format-scan.unsafe").points == 60);
    CHECK(value.rubric.points.at("format-scan.unsafe").key == "rubric.points.format-scan.unsafe");
}

TEST_CASE("weights that do not sum to one are refused with the sum", "[config]") {
    CHECK(
        mistakes("[rubric]\nweights = { access = 0.5 }") ==
        "modelwatch.toml:2: 'weights' in [rubric] must sum to 1 over all five dimensions, not to 1.35"
    );
    CHECK(
        mistakes("[rubric]\nweights = { acces = 0.15 }") ==
        "modelwatch.toml:2: unknown key 'acces' in [rubric.weights]; did you mean 'access'?"
    );
    CHECK(
        mistakes("[rubric]\nweights = { access = -1.0 }").find("a number from 0 to 1") != std::string::npos
    );
    CHECK(mistakes("[rubric]\nweights = { access = nan }").find("a number from 0 to 1") != std::string::npos);
    CHECK(mistakes("[rubric]\nweights = [0.2]").find("must be a table of numbers") != std::string::npos);
}

TEST_CASE("bounds and ages that do not rise are refused", "[config]") {
    for (std::string const bounds :
         {"[15, 30, 45]",
          "[15, 30, 30, 60]",
          "[0, 30, 45, 60]",
          "[15, 30, 45, 100]",
          "[15, 30, 45, nan]",
          "15"}) {
        CAPTURE(bounds);
        CHECK(
            mistakes("[rubric]\nbounds = " + bounds).find("must be four rising numbers") != std::string::npos
        );
    }
    for (std::string const ages :
         {R"(["1d", "2d"])", R"(["2d", "1d", "3d"])", R"(["1h", "1d", "2d"])", R"(["0d", "1d", "2d"])"}) {
        CAPTURE(ages);
        CHECK(
            mistakes("[rubric]\nage_limits = " + ages).find("must be three rising durations") !=
            std::string::npos
        );
    }
}

TEST_CASE("points outside of their range, and names that no check can have, are refused", "[config]") {
    CHECK(
        mistakes("[rubric.points]\n\"access-gating.auto\" = 101").find("from 0 to 100") != std::string::npos
    );
    CHECK(
        mistakes("[rubric.points]\n\"access-gating.auto\" = \"x\"").find("from 0 to 100") != std::string::npos
    );
    CHECK(
        mistakes("[rubric.points]\naccess-gating = 10").find("a check and one of its outcomes") !=
        std::string::npos
    );
    CHECK(mistakes("[rubric.points]\na.b.c = 10").find("from 0 to 100") != std::string::npos);
    CHECK(mistakes("[rubric]\npoints = 3").find("must be a table of whole numbers") != std::string::npos);
}

TEST_CASE("a floor that does not exist is refused", "[config]") {
    CHECK(mistakes("[rubric]\nfloors_off = [\"F10\"]").find("must be one of F1, F2") != std::string::npos);
}

TEST_CASE("countries are two letters, in whatever case", "[config]") {
    auto const value = good("[policy]\nhome_jurisdictions = [\"de\", \"FR\"]\n");
    CHECK(value.policy.home_jurisdictions == std::vector<std::string>{"DE", "FR"});
    CHECK(
        mistakes("[policy]\ntrusted_jurisdictions = [\"Germany\"]").find("two letters") != std::string::npos
    );
    CHECK(
        mistakes("[policy]\nelevated_jurisdictions = [\"uk\"]").find("did you mean 'GB'?") !=
        std::string::npos
    );
}

TEST_CASE("training is a table of owners and dates, in quotes or as TOML's own", "[config]") {
    auto const value = good("[policy.training]\nsearch = \"2026-01-31\"\n\"ml team\" = 2025-12-01\n");
    CHECK(value.policy.training.at("search") == "2026-01-31");
    CHECK(value.policy.training.at("ml team") == "2025-12-01");
    for (std::string const bad : {"\"2026-02-30\"", "\"yesterday\"", "7", "\"2026-01-31T00:00:00Z\""}) {
        CAPTURE(bad);
        CHECK(
            mistakes("[policy.training]\nsearch = " + bad).find("'search' in [policy.training] must be") !=
            std::string::npos
        );
    }
}

TEST_CASE("the intended use and the grace for outdated models are read", "[config]") {
    auto const value = good("[policy]\nintended_use = \"research\"\nunpatched_grace = \"0s\"\n");
    CHECK(value.policy.intended_use == "research");
    CHECK(value.policy.unpatched_grace == 0s);
    CHECK(good("").policy.unpatched_grace == 24h * 90);
    CHECK(
        mistakes("[policy]\nintended_use = \"fun\"").find("must be one of commercial, research") !=
        std::string::npos
    );
}
