#pragma once

#include "daemon/model/review.hpp"
#include "daemon/model/standing.hpp"
#include "daemon/model/watch.hpp"
#include "storage/store.hpp"

#include <optional>
#include <string>

namespace modelwatch {

/// What a formal review trusts: the content of `head`. Who owns the repo, who may read it and what scanners
/// say are not part of a commit; they stay as they were trusted.
[[nodiscard]] snapshot content_of(snapshot head, snapshot const& trusted);

/// An approval that makes the observed head commit the baseline.
struct approved_head {
    storage::baseline_record baseline; ///< of the origin `review`
    std::string told;                  ///< "approved by mona: intake passed"
};

/// Whether the head that a poll saw was approved, so that reaching it is no news (contract: pre-approval).
/// The approval must hold now, be of these very bytes as far as any were seen, and be a newer decision than
/// the baseline, unless the head was only reached by this poll. nullopt: judge as ever.
[[nodiscard]] std::optional<approved_head> approval_of_head(
    storage::store& db,
    watch const& target,
    storage::watch_record const& record,
    std::optional<snapshot> const& latest,
    observation const& seen,
    instant now
);

/// Who tells that a baseline follows an approval.
inline constexpr std::string_view by_review = "review";

/// "approved by mona: intake passed".
[[nodiscard]] std::string in_words(review const& approval);

} // namespace modelwatch
