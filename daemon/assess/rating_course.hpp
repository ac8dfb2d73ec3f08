#pragma once

#include "daemon/assess/assessment.hpp"
#include "daemon/model/rating.hpp"

#include <map>
#include <optional>
#include <string>

namespace modelwatch::assess {

/// A level must be worse on this many polls in a row before people hear of it, and better before it counts;
/// a successor that was inferred from names must be found as often.
inline constexpr unsigned polls_to_believe = 2;

/// The course of a watch's rating with one more poll: call it once per poll that assessed, and store what it
/// gives. The reference starts anew with another baseline (the operator has looked) and with other numbers
/// (`[rubric]` has changed, not the model). Evidence that is missing moves nothing. A second call for the
/// same instant changes nothing.
[[nodiscard]] rating_record follow_rating(
    std::optional<rating_record> const& before,
    assessment const& rated,
    evidence const& facts,
    publisher_registry const& publishers,
    std::string const& baseline_commit
);

/// What is known of the account behind a model, for comparison later; unknown facts are left out.
[[nodiscard]] std::map<std::string, std::string>
publisher_facts(evidence const& facts, publisher_registry const& publishers);

} // namespace modelwatch::assess
