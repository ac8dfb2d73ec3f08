#include "daemon/assess/check.hpp"
#include "daemon/assess/rubric.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <set>

using namespace modelwatch::assess;

namespace {

bool is_code(std::string_view text) {
    return text.size() == 2 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool is_outcome_name(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
}

} // namespace

TEST_CASE("the table holds thirty checks with names, codes and texts of their own", "[checks]") {
    REQUIRE(checks().size() == check_count);
    std::set<std::string_view> names;
    std::set<std::string_view> codes;
    std::set<std::string_view> texts;
    std::size_t coded = 0;
    for (auto const& check : checks()) {
        CAPTURE(check.name);
        CHECK(&info(check.id) == &check);
        CHECK(parse_check_id(check.name) == check.id);
        CHECK(names.insert(check.name).second);
        for (auto const text : {check.question, check.why, check.remediation}) {
            CHECK(text.size() > 15);
            CHECK(texts.insert(text).second);
        }
        CHECK_FALSE(
            (check.owasp.empty() && check.atlas.empty() && check.frameworks.empty() &&
             check.recommendations.empty())
        );
        if (check.code.empty()) continue;
        ++coded;
        CHECK(is_code(check.code));
        CHECK(codes.insert(check.code).second);
    }
    CHECK(coded == check_count - 1); // all but the signature, which scores nothing
}

TEST_CASE("the prose spelling of license names the same checks", "[checks]") {
    CHECK(parse_check_id("licence-class") == check_id::license_class);
    CHECK(parse_check_id("license-class") == check_id::license_class);
    CHECK_FALSE(parse_check_id("licence-").has_value());
    CHECK_FALSE(parse_check_id("access-gatin").has_value());
    CHECK_FALSE(parse_check_id("").has_value());
}

TEST_CASE("outcomes are closed lists with the points of the rubric's tiers", "[checks]") {
    std::set<int> const tiers{0, 10, 20, 30, 40, 60, 100};
    for (auto const& check : checks()) {
        std::set<std::string_view> names;
        for (auto const& outcome : check.outcomes) {
            CAPTURE(check.name, outcome.name);
            CHECK(is_outcome_name(outcome.name));
            CHECK(names.insert(outcome.name).second);
            CHECK(tiers.contains(outcome.points));
            CHECK_FALSE(outcome.meaning.empty());
            bool const scores =
                outcome.state == outcome_state::known || outcome.state == outcome_state::unknown;
            CHECK((scores || outcome.points == 0));
            if (check.code.empty()) CHECK(outcome.points == 0);
            CHECK(find_outcome(check, outcome.name) == &outcome);
        }
        CHECK(find_outcome(check, "no such outcome") == nullptr);
    }
}

TEST_CASE(
    "unknown never scores better than the best known outcome, and a principal one never 0", "[checks]"
) {
    std::set<check_id> principals;
    for (auto const& check : checks()) {
        auto best = 100;
        for (auto const& outcome : check.outcomes) {
            if (outcome.state == outcome_state::known) best = std::min(best, outcome.points);
        }
        for (auto const& outcome : check.outcomes) {
            CAPTURE(check.name, outcome.name);
            if (outcome.state != outcome_state::unknown) continue;
            CHECK(outcome.points >= best);
            if (check.principal) CHECK(outcome.points > 0);
        }
        if (check.principal) principals.insert(check.id);
    }
    CHECK(
        principals ==
        std::set{
            check_id::access_gating,
            check_id::license_class,
            check_id::format_weights,
            check_id::publisher_type,
            check_id::version_maintenance
        }
    );
}

TEST_CASE("one ruler: a level begins at its bound", "[rubric]") {
    rubric const numbers;

    struct row {
        double score;
        std::string_view level;
    };

    for (auto const& one :
         {row{0, "Low"},
          row{14.9, "Low"},
          row{15, "Low-Medium"},
          row{29.9, "Low-Medium"},
          row{30, "Medium"},
          row{45, "Medium-High"},
          row{59.9, "Medium-High"},
          row{60, "High"},
          row{100, "High"}}) {
        CHECK(to_string(numbers.level_of(one.score)) == one.level);
    }
    CHECK(parse_risk_level("Medium-High") == risk_level::medium_high);
    CHECK_FALSE(parse_risk_level("medium").has_value());
    for (auto const which : dimensions)
        CHECK_FALSE(title(which).empty());
}

TEST_CASE("the default rubric is 1.0, and any other number shows in its label and its list", "[rubric]") {
    rubric numbers;
    CHECK(numbers.label() == "1.0");
    CHECK(numbers.differences().empty());
    numbers.weights[0] = 0.2;
    numbers.weights[4] = 0.15;
    numbers.points["access-gating.no"] = 30;
    numbers.points["access-gating.manual"] = 0; // the default: no difference
    numbers.age_limits[2] = std::chrono::days{900};
    numbers.bounds[3] = 55;
    numbers.popular_downloads = 500;
    numbers.floors_off = {"F7"};
    numbers.elevated_jurisdictions = {"XX", "AA"};
    numbers.commercial_use = false;
    CHECK(
        numbers.differences() ==
        std::vector<std::string>{
            "weights.access = 0.2 (default 0.15)",
            "weights.timeliness = 0.15 (default 0.2)",
            "bounds.medium-high = 55 (default 60)",
            "age_limits.abandoned = 900d (default 730d)",
            "popular_downloads = 500 (default 10000)",
            "points.access-gating.no = 30 (default 20)",
            "floors_off = F7 (default none)",
            "elevated_jurisdictions = AA XX (default none)",
            "commercial_use = false (default true)"
        }
    );
    auto const label = numbers.label();
    CHECK(label.size() == 12);
    CHECK(label.starts_with("1.0+"));
    numbers.elevated_jurisdictions = {"AA", "XX"};
    CHECK(numbers.label() == label); // the order of a list says nothing
    numbers.popular_downloads = 501;
    CHECK(numbers.label() != label);
}

TEST_CASE(
    "configured points stay inside the scale and never make missing evidence free", "[rubric][unknown]"
) {
    rubric numbers;
    numbers.points = {{"access-gating.unknown", 0}, {"access-gating.no", 700}, {"access-gating.auto", -3}};
    auto const& check = info(check_id::access_gating);
    auto const points = [&](std::string_view name) {
        return numbers.points_of(check, *find_outcome(check, name));
    };
    CHECK(points("unknown") == 10);
    CHECK(points("no") == 100);
    CHECK(points("auto") == 0);
}
