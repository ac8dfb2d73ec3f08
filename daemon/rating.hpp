#pragma once

#include "daemon/assess/verdict_changes.hpp"
#include "daemon/judge.hpp"
#include "daemon/trusted_evidence.hpp"

#include <optional>
#include <span>
#include <vector>

namespace modelwatch {

/// One model, rated and judged by the organisation's rules.
struct rated {
    assess::assessment what;
    assess::evidence facts;
    std::vector<assess::policy_verdict> verdicts;
    std::vector<review> reviews; ///< of this repo, newest first
};

/// What is trusted and what runs, as far as it is known. Borrows.
struct rating_scene {
    snapshot const* baseline = nullptr;
    snapshot const* in_use = nullptr; ///< of the deployed commit, else the latest
};

/// Rates evidence about a watch; the store tells of reviews, exceptions, commits and the course of the
/// rating.
[[nodiscard]] rated rate(
    storage::store& db,
    judge_rules const& rules,
    watch const& target,
    assess::evidence facts,
    rating_scene const& scene,
    instant now
);

/// From the evidence of the last poll, without a request: the baseline, amid what the hub says now. nullopt:
/// there is none yet.
[[nodiscard]] std::optional<rated>
rate_stored(storage::store& db, judge_rules const& rules, watch const& target, instant now);

/// A rating's part in the judgement of one poll.
struct rating_judgement {
    rated found;                         ///< what is trusted
    std::optional<rated> head;           ///< the newest commit, where that is another one
    kept_evidence kept;                  ///< what both rest on
    std::vector<change> changes;         ///< with their severity
    std::optional<rating_record> course; ///< moved on by a poll that gathered; nullopt: as it was
    bool news = false;                   ///< `kept` is to be stored
    instant observed_at{};
};

/// What a poll gathered for the rating.
struct fresh_evidence {
    std::optional<assess::evidence> head;
    std::optional<assess::evidence> baseline; ///< of the baseline's commit, where the hub was asked about it
};

/// nullopt: there is no evidence yet. `fresh` is merged with what is stored; without it the course of the
/// rating stands still. `open`: the watch's active alerts. A commit that is not trusted can add alerts and
/// ends none: each stands as long as what is trusted or the newest commit asks for it.
[[nodiscard]] std::optional<rating_judgement> judge_rating(
    storage::store& db,
    judge_rules const& rules,
    watch const& target,
    rating_scene const& scene,
    fresh_evidence fresh,
    std::span<alert const> open,
    instant now
);

/// Adds its changes to a judgement, and its word on the kinds that it knows about.
void add_to(
    alerting::judgement& about, rating_judgement const& rating, assess::publisher_registry const& publishers
);

/// Evidence and course, in the transaction of the poll.
void keep(storage::store& db, watch const& target, rating_judgement const& rating);

} // namespace modelwatch
