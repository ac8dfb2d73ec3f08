#pragma once

#include "daemon/assess/assessment.hpp"
#include "daemon/model/rating.hpp"

#include <map>
#include <optional>
#include <string>

namespace modelwatch::assess {

/// A level must be better on this many polls in a row before it counts, and worse before people hear of it
/// where only evidence that flickers makes it worse; a successor that was inferred from names must be found
/// as often.
inline constexpr unsigned polls_to_believe = 2;

/// The evidence with what can flicker by itself (downloads, what an account's listing shows, successors that
/// are inferred from names, a scan that is not finished) as it was before: what is worse all the same is so
/// because of the commit or of the hub's standing of the repo.
[[nodiscard]] evidence without_flicker(evidence now, evidence const& before);

/// The course of a watch's rating with one more poll: call it once per poll that assessed, and store what it
/// gives. The reference starts anew with another baseline (the operator has looked) and with other numbers
/// (`[rubric]` has changed, not the model). Evidence that is missing moves nothing. `steady`: the same poll,
/// assessed without what can flicker; worse by it is believed at once. `head`: the newest commit, where
/// `rated` is of another one that is trusted. It can make people hear of a worse rating, and never improves
/// anything; while it is the worse of the two, `steady` is to be its. A second call for the same instant
/// changes nothing.
[[nodiscard]] rating_record follow_rating(
    std::optional<rating_record> const& before,
    assessment const& rated,
    evidence const& facts,
    publisher_registry const& publishers,
    std::string const& baseline_commit,
    assessment const* steady = nullptr,
    assessment const* head = nullptr
);

/// The confidence of a recorded rating; nullopt: it was recorded under other checks.
[[nodiscard]] std::optional<double> confidence_of(rating_mark const& mark);

/// Whether people must hear of the newest commit's rating: it is known well enough, and worse than the
/// trusted one's.
[[nodiscard]] bool head_is_worse(rating_record const& course);
[[nodiscard]] bool head_is_worse(assessment const& rated, assessment const& head) noexcept;

/// The worse of the two ratings.
[[nodiscard]] rating_mark const& worst_mark(rating_record const& course);

/// What is known of the account behind a model, for comparison later; unknown facts are left out.
[[nodiscard]] std::map<std::string, std::string>
publisher_facts(evidence const& facts, publisher_registry const& publishers);

} // namespace modelwatch::assess
