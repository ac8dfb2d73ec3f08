#include "daemon/assessment_rules.hpp"

#include "daemon/model/failure.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace modelwatch {

namespace {

template <class Rows>
std::vector<std::string> names_of(Rows const& rows) {
    std::vector<std::string> out;
    for (auto const& row : rows)
        out.emplace_back(row.name);
    return out;
}

std::string suggestion(std::string_view word, std::vector<std::string> const& known) {
    auto const near = nearest(word.substr(0, 64), known);
    return near ? fmt::format("; did you mean '{}'?", *near) : std::string{};
}

error unknown_name(std::string const& where, std::string const& what) {
    return failure(
        errc::invalid,
        where.empty() ? what : where + ": " + what,
        "`modelwatch explain CHECK` lists a check's outcomes"
    );
}

/// "access-gating.auto" in the table's own spelling.
result<std::string> outcome_key(std::string const& name, config::rubric_points const& given) {
    auto const dot = name.find('.');
    auto const check = assess::parse_check_id(name.substr(0, dot));
    if (!check) {
        auto const what = fmt::format(
            "'{}' in [rubric.points] names no check{}",
            printable(name),
            suggestion(name.substr(0, dot), names_of(assess::checks()))
        );
        return unknown_name(given.where, what);
    }
    auto const& row = assess::info(*check);
    auto const outcome = name.substr(dot + 1);
    if (assess::find_outcome(row, outcome) == nullptr) {
        auto const known = names_of(row.outcomes);
        auto const near = suggestion(outcome, known);
        auto const what = fmt::format(
            "'{}' in [rubric.points] names no outcome of {}{}",
            printable(name),
            row.name,
            near.empty() ? fmt::format("; known are {}", fmt::join(known, ", ")) : near
        );
        return unknown_name(given.where, what);
    }
    return std::string{row.name} + "." + outcome;
}

} // namespace

result<assess::rubric> make_rubric(config::settings const& settings) {
    assess::rubric out;
    auto const& from = settings.rubric;
    auto const& policy = settings.policy;
    out.weights = from.weights;
    out.bounds = from.bounds;
    for (std::size_t i = 0; i < out.age_limits.size(); ++i)
        out.age_limits[i] = std::chrono::duration_cast<std::chrono::days>(from.age_limits[i]);
    out.popular_downloads = from.popular_downloads;
    out.floors_off = {from.floors_off.begin(), from.floors_off.end()};
    for (auto const& [name, given] : from.points) {
        auto const key = outcome_key(name, given);
        if (!key) return key.error();
        out.points.insert_or_assign(*key, given.points);
    }
    out.home_jurisdictions = policy.home_jurisdictions;
    out.trusted_jurisdictions = policy.trusted_jurisdictions;
    out.elevated_jurisdictions = policy.elevated_jurisdictions;
    out.commercial_use = policy.intended_use != "research";
    return out;
}

result<assess::policy_rules> make_policy(config::settings const& settings) {
    auto const& from = settings.policy;
    assess::policy_rules out;
    out.require_formats = from.require_formats;
    out.deny_licenses = from.deny_licenses;
    out.require_gated = from.require_gated;
    out.require_review = from.require_review;
    out.max_rating = assess::parse_risk_level(from.max_rating);
    out.review_valid_for = from.review_valid_for;
    out.unpatched_grace = from.unpatched_grace;
    out.training_valid_for = from.training_valid_for;
    for (auto const& [owner, day] : from.training) {
        // The configuration has checked that it is a date.
        if (auto const when = assess::parse_date(day)) out.training.emplace(owner, *when);
    }
    std::vector<std::string> known;
    for (auto const& one : assess::policies()) {
        if (one.built_in) known.emplace_back(one.id);
    }
    for (auto const& id : from.enforce) {
        auto const* const row = assess::find_policy(id);
        if (row == nullptr || !row->built_in) {
            auto const what = fmt::format(
                "'enforce' in [policy] names no built-in policy: \"{}\"{}",
                printable(id),
                suggestion(id, known)
            );
            return failure(
                errc::invalid,
                settings.file.string() + ": " + what,
                fmt::format("known are {}", fmt::join(known, ", "))
            );
        }
        out.enforce.emplace(row->id);
    }
    return out;
}

std::string assessment_basis(config::settings const& settings) {
    config::settings only;
    only.policy = settings.policy;
    only.rubric = settings.rubric;
    return config::show(only);
}

} // namespace modelwatch
