// [rubric]: the numbers of the assessment.

#include "daemon/config/sections.hpp"

#include <array>
#include <cmath>

namespace modelwatch::config {

namespace {

constexpr std::array<char const*, 5> weight_names{"access", "license", "format", "publisher", "timeliness"};
constexpr double sum_tolerance = 1e-6;
constexpr std::size_t most_points = 1000;

/// Names that are not given keep their default; the sum is over all of them.
void read_weights(rubric_settings& out, field const& value) {
    auto const* table = value.node().as_table();
    if (table == nullptr) {
        return value.bad(fmt::format(
            "must be a table of numbers, such as {{ access = 0.15 }}, not {}", described(value.node())
        ));
    }
    auto const& outer = value.in();
    section const in{outer.log, "[rubric.weights]", outer.key(value.name()), outer.folder};
    auto weights = out.weights;
    bool fine = true;
    for (auto const& [name, node] : *table) {
        auto const* const at = std::find(weight_names.begin(), weight_names.end(), name.str());
        if (at == weight_names.end()) {
            report_unknown_key(name, in, {weight_names.begin(), weight_names.end()}, {});
            fine = false;
            continue;
        }
        auto const read = field{node, in, std::string{name.str()}}.number(0.0, 1.0);
        if (read) weights[static_cast<std::size_t>(at - weight_names.begin())] = *read;
        fine = fine && read;
    }
    double sum = 0;
    for (double const one : weights)
        sum += one;
    if (!fine) return;
    if (std::abs(sum - 1.0) > sum_tolerance)
        return value.bad(fmt::format("must sum to 1 over all five dimensions, not to {:g}", sum));
    out.weights = weights;
}

std::optional<std::string> write_weights(rubric_settings const& in) {
    std::string out;
    for (std::size_t i = 0; i < weight_names.size(); ++i)
        out += fmt::format("{}{} = {}", i == 0 ? "{ " : ", ", weight_names[i], in.weights[i]);
    return out + " }";
}

std::optional<double> number_of(toml::node const& node) {
    if (auto const* whole = node.as_integer()) return static_cast<double>(whole->get());
    if (auto const* real = node.as_floating_point()) return real->get();
    return std::nullopt;
}

void read_bounds(rubric_settings& out, field const& value) {
    auto const complain = [&] {
        value.bad("must be four rising numbers between 0 and 100, such as [15, 30, 45, 60]");
    };
    auto const* list = value.node().as_array();
    if (list == nullptr || list->size() != out.bounds.size()) return complain();
    auto bounds = out.bounds;
    double last = 0;
    for (std::size_t i = 0; i < bounds.size(); ++i) {
        auto const read = number_of(*list->get(i));
        if (!read || !(*read > last) || !(*read < 100)) return complain();
        last = bounds[i] = *read;
    }
    out.bounds = bounds;
}

std::optional<std::string> write_bounds(rubric_settings const& in) {
    std::string out;
    for (double const one : in.bounds)
        out += fmt::format("{}{}", out.empty() ? "[" : ", ", one);
    return out + "]";
}

void read_age_limits(rubric_settings& out, field const& value) {
    constexpr std::chrono::seconds day{std::chrono::hours{24}};
    auto const complain = [&] {
        value.bad(R"(must be three rising durations of whole days, such as ["180d", "365d", "730d"])");
    };
    auto const texts = value.texts();
    if (!texts) return;
    if (texts->size() != out.age_limits.size()) return complain();
    auto limits = out.age_limits;
    std::chrono::seconds last{0};
    for (std::size_t i = 0; i < limits.size(); ++i) {
        auto const read = parse_duration((*texts)[i]);
        if (!read || *read <= last || *read % day != std::chrono::seconds{0} || *read > day * 36500)
            return complain();
        last = limits[i] = *read;
    }
    out.age_limits = limits;
}

std::optional<std::string> write_age_limits(rubric_settings const& in) {
    std::vector<std::string> texts;
    for (auto const& one : in.age_limits)
        texts.push_back(to_duration_text(one));
    return toml_list(texts);
}

void read_downloads(rubric_settings& out, field const& value) {
    if (auto const read = value.integer(0, 1'000'000'000'000))
        out.popular_downloads = static_cast<std::uint64_t>(*read);
}

bool looks_like_outcome(std::string_view name) {
    auto const dot = name.find('.');
    auto const word = [](std::string_view part) {
        return !part.empty() && std::all_of(part.begin(), part.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
        });
    };
    return dot != std::string_view::npos && word(name.substr(0, dot)) && word(name.substr(dot + 1));
}

void read_points_of(
    rubric_settings& out, section const& in, std::string const& name, toml::node const& node
) {
    field const value{node, in, name};
    if (!looks_like_outcome(name.substr(0, 128)))
        return value.bad("must be a check and one of its outcomes, such as \"access-gating.auto\"");
    auto const read = value.integer(0, 100);
    if (!read) return;
    if (out.points.size() >= most_points) return value.bad("is one too many");
    out.points.insert_or_assign(
        name, rubric_points{static_cast<int>(*read), in.log.place(value.line()), in.key(name)}
    );
}

/// `"access-gating.auto" = 20`, and `access-gating.auto = 20`, which TOML reads as a table in a table.
void read_points(rubric_settings& out, field const& value) {
    auto const* table = value.node().as_table();
    if (table == nullptr)
        return value.bad(fmt::format("must be a table of whole numbers, not {}", described(value.node())));
    auto const& outer = value.in();
    section const in{outer.log, "[rubric.points]", outer.key(value.name()), outer.folder};
    for (auto const& [name, node] : *table) {
        std::string const check{name.str()};
        auto const* const outcomes = node.as_table();
        if (outcomes == nullptr) {
            read_points_of(out, in, check, node);
            continue;
        }
        for (auto const& [outcome, points] : *outcomes)
            read_points_of(out, in, check + "." + std::string{outcome.str()}, points);
    }
}

std::optional<std::string> write_points(rubric_settings const& in) {
    if (in.points.empty()) return std::nullopt;
    std::string out;
    for (auto const& [name, given] : in.points)
        out += fmt::format("{}{} = {}", out.empty() ? "{ " : ", ", toml_key(name), given.points);
    return out + " }";
}

} // namespace

key_table<rubric_settings> const& rubric_keys() {
    static auto const table = [] {
        using s = rubric_settings;
        key_table<s> keys;
        keys.add(
            {"weights", "table of numbers", "share of each dimension; sum 1", read_weights, write_weights}
        );
        keys.add({"bounds", "list of numbers", "where each level begins", read_bounds, write_bounds});
        keys.add(
            {"age_limits", "list of durations", "ages that count as older", read_age_limits, write_age_limits}
        );
        auto write_downloads = [](s const& in) -> std::optional<std::string> {
            return fmt::format("{}", in.popular_downloads);
        };
        keys.add(
            {"popular_downloads",
             "whole number",
             "downloads in 30 days from which a model is an attractive target",
             read_downloads,
             write_downloads}
        );
        auto const floors = one_of({"F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9"});
        keys.texts("floors_off", "floors that do not count", &s::floors_off, floors);
        keys.add(
            {"points",
             "table of whole numbers",
             "your own points, by check and outcome",
             read_points,
             write_points}
        );
        return keys;
    }();
    return table;
}

void read_rubric(toml::table const* table, reading const& what) {
    if (table != nullptr) read_keys(*table, rubric_keys(), what.at("[rubric]", "rubric"), what.out.rubric);
}

} // namespace modelwatch::config
