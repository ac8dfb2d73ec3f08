#include "daemon/assess/rubric.hpp"

#include "daemon/model/digest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace modelwatch::assess {

namespace {

/// Unknown evidence about a principal check costs at least this, whatever the configuration says.
constexpr int least_for_unknown = 10;

constexpr std::array<std::string_view, 4> bound_names{"low", "low-medium", "medium", "medium-high"};
constexpr std::array<std::string_view, 3> limit_names{"slow", "dormant", "abandoned"};

using lines = std::vector<std::string>;

void note_weights(rubric const& mine, rubric const& usual, lines& out) {
    for (auto const which : dimensions) {
        auto const at = static_cast<std::size_t>(which);
        if (mine.weights[at] == usual.weights[at]) continue;
        out.push_back(
            fmt::format("weights.{} = {} (default {})", to_string(which), mine.weights[at], usual.weights[at])
        );
    }
}

void note_limits(rubric const& mine, rubric const& usual, lines& out) {
    for (std::size_t at = 0; at < bound_names.size(); ++at) {
        if (mine.bounds[at] == usual.bounds[at]) continue;
        out.push_back(
            fmt::format("bounds.{} = {} (default {})", bound_names[at], mine.bounds[at], usual.bounds[at])
        );
    }
    for (std::size_t at = 0; at < limit_names.size(); ++at) {
        if (mine.age_limits[at] == usual.age_limits[at]) continue;
        out.push_back(fmt::format(
            "age_limits.{} = {}d (default {}d)",
            limit_names[at],
            mine.age_limits[at].count(),
            usual.age_limits[at].count()
        ));
    }
    if (mine.popular_downloads != usual.popular_downloads) {
        out.push_back(fmt::format(
            "popular_downloads = {} (default {})", mine.popular_downloads, usual.popular_downloads
        ));
    }
}

void note_points(rubric const& mine, lines& out) {
    for (auto const& check : checks()) {
        for (auto const& outcome : check.outcomes) {
            auto const points = mine.points_of(check, outcome);
            if (points == outcome.points) continue;
            out.push_back(fmt::format(
                "points.{}.{} = {} (default {})", check.name, outcome.name, points, outcome.points
            ));
        }
    }
}

void note_list(std::string_view name, std::vector<std::string> values, lines& out) {
    if (values.empty()) return;
    std::sort(values.begin(), values.end());
    out.push_back(fmt::format("{} = {} (default none)", name, fmt::join(values, " ")));
}

} // namespace

std::string rubric::label() const {
    auto const all = differences();
    if (all.empty()) return std::string{rubric_version};
    return fmt::format(
        "{}+{}", rubric_version, sha256_hex(fmt::format("{}", fmt::join(all, "\n"))).substr(0, 8)
    );
}

std::vector<std::string> rubric::differences() const {
    rubric const usual;
    lines out;
    note_weights(*this, usual, out);
    note_limits(*this, usual, out);
    note_points(*this, out);
    note_list("floors_off", {floors_off.begin(), floors_off.end()}, out);
    note_list("home_jurisdictions", home_jurisdictions, out);
    note_list("trusted_jurisdictions", trusted_jurisdictions, out);
    note_list("elevated_jurisdictions", elevated_jurisdictions, out);
    if (!commercial_use) out.emplace_back("commercial_use = false (default true)");
    return out;
}

int rubric::points_of(check_info const& check, outcome_info const& outcome) const {
    if (points.empty()) return outcome.points;
    auto const set = points.find(fmt::format("{}.{}", check.name, outcome.name));
    if (set == points.end()) return outcome.points;
    bool const must_cost = check.principal && outcome.state == outcome_state::unknown;
    return std::clamp(set->second, must_cost ? least_for_unknown : 0, 100);
}

risk_level rubric::level_of(double score) const noexcept {
    auto const passed =
        std::count_if(bounds.begin(), bounds.end(), [&](double bound) { return score >= bound; });
    return static_cast<risk_level>(passed);
}

} // namespace modelwatch::assess
