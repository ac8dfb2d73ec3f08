#include "daemon/assess_rules.hpp"

#include "daemon/assess/model_overrides.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>

namespace modelwatch {

namespace {

std::chrono::days whole_days(std::chrono::seconds span) noexcept {
    return std::chrono::floor<std::chrono::days>(span);
}

std::string hint_for(std::string_view word, std::vector<std::string> const& known) {
    auto const near = nearest(word, known);
    return near ? "did you mean " + *near + "?" : "`modelwatch explain` lists what there is";
}

error no_such_check(std::string_view check, config::rubric_points const& given) {
    std::vector<std::string> names;
    for (auto const& row : assess::checks())
        names.emplace_back(row.name);
    return failure(
        errc::invalid,
        given.where + ": " + given.key + ": no check is named " + printable(check),
        hint_for(check, names)
    );
}

error no_such_outcome(
    assess::check_info const& row, std::string_view outcome, config::rubric_points const& given
) {
    std::vector<std::string> names;
    for (auto const& one : row.outcomes)
        names.emplace_back(one.name);
    return failure(
        errc::invalid,
        given.where + ": " + given.key + ": " + std::string{row.name} + " has no outcome " +
            printable(outcome),
        hint_for(outcome, names)
    );
}

result<void> add_points(assess::rubric& to, config::rubric_settings const& from) {
    for (auto const& [name, given] : from.points) {
        auto const dot = std::min(name.find('.'), name.size());
        auto const check = std::string_view{name}.substr(0, dot);
        auto const outcome = std::string_view{name}.substr(std::min(dot + 1, name.size()));
        auto const id = assess::parse_check_id(check);
        if (!id) return no_such_check(check, given);
        auto const& row = assess::info(*id);
        if (assess::find_outcome(row, outcome) == nullptr) return no_such_outcome(row, outcome, given);
        to.points.insert_or_assign(std::string{row.name} + "." + std::string{outcome}, given.points);
    }
    return {};
}

result<assess::rubric> rubric_of(config::settings const& settings) {
    auto const& from = settings.rubric;
    assess::rubric out;
    out.weights = from.weights;
    out.bounds = from.bounds;
    std::transform(from.age_limits.begin(), from.age_limits.end(), out.age_limits.begin(), whole_days);
    out.popular_downloads = from.popular_downloads;
    out.floors_off.insert(from.floors_off.begin(), from.floors_off.end());
    out.home_jurisdictions = settings.policy.home_jurisdictions;
    out.trusted_jurisdictions = settings.policy.trusted_jurisdictions;
    out.elevated_jurisdictions = settings.policy.elevated_jurisdictions;
    out.commercial_use = settings.policy.intended_use != "research";
    auto const done = add_points(out, from);
    if (!done) return done.error();
    return out;
}

result<assess::policy_rules> policy_of(config::policy_settings const& from) {
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
        auto const when = assess::parse_date(day);
        if (!when) return failure(errc::invalid, "policy.training." + owner + ": not a date: " + day);
        out.training.emplace(owner, *when);
    }
    for (auto const& name : from.enforce) {
        auto const* const known = assess::find_policy(name);
        if (known == nullptr) {
            std::vector<std::string> names;
            for (auto const& row : assess::policies())
                names.emplace_back(row.id);
            return failure(
                errc::invalid, "policy.enforce: no policy is named " + printable(name), hint_for(name, names)
            );
        }
        out.enforce.emplace(known->id);
    }
    return out;
}

} // namespace

result<assess_rules> make_assess_rules(config::settings const& settings) {
    auto numbers = rubric_of(settings);
    if (!numbers) return std::move(numbers).error();
    auto policy = policy_of(settings.policy);
    if (!policy) return std::move(policy).error();
    return assess_rules{std::move(*numbers), std::move(*policy)};
}

} // namespace modelwatch
