#pragma once

#include "daemon/judge.hpp"
#include "daemon/model/result.hpp"
#include "daemon/model/review.hpp"
#include "daemon/model/watch.hpp"
#include "storage/store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace modelwatch {

/// What a person decides about one commit of a repo.
struct review_wish {
    review_verdict verdict = review_verdict::reject;
    std::string commit; ///< a whole commit id, or a prefix that only one recorded commit has
    std::string by;
    std::string reason;
    std::optional<instant> until; ///< of an approval; nullopt: review_end()
};

/// A rule that a person wants to be accepted as broken for a while.
struct exception_wish {
    std::string policy; ///< an id of assess::policies()
    std::string commit;
    std::string reason;
    std::string requested_by;
    std::string approved_by;
    instant until{};
};

/// One watch that trusts another commit by an approval.
struct moved_baseline {
    std::string revision;
    std::string from; ///< commit
    std::string to;
};

struct reviewed {
    review entry;
    std::vector<moved_baseline> moved; ///< of the watches whose head is the approved commit
    std::vector<alert> touched;        ///< resolved by that, or changed
};

/// The one commit that is meant, in full and lower case. `invalid`: none, several, or no commit at all.
[[nodiscard]] result<std::string>
resolve_commit(storage::store& db, watch const& target, std::string const& text);

/// When an approval ends that does not say so: review_valid_for of the configuration, else the interval of
/// the watch's rating (assess.md 2.8); a model that was never rated counts as High.
[[nodiscard]] instant
review_end(storage::store& db, judge_rules const& rules, watch const& target, instant now);

/// Records a verdict, with audit row and events. An approval of the commit that a watch is at moves that
/// watch's baseline there and resolves the alerts that this settles; one of a commit that nobody has seen yet
/// waits for it. `targets` are the watches of one repo on one hub, at least one. Call it inside a
/// transaction.
[[nodiscard]] result<reviewed> record_verdict(
    storage::store& db,
    judge_rules const& rules,
    std::vector<watch> const& targets,
    review_wish const& wish,
    link_source const& link,
    instant now
);

/// Records an exception, with audit row and events.
[[nodiscard]] result<policy_exception>
record_wish(storage::store& db, watch const& target, exception_wish const& wish, instant now);

} // namespace modelwatch
