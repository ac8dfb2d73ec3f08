#pragma once

#include "daemon/model/alert.hpp"
#include "daemon/model/message.hpp"
#include "daemon/model/rating.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace modelwatch::alerting {

/// A rule that need not be met for a while.
struct digest_exception {
    std::string policy;
    instant until{};
};

/// What the digest says of one watched model. Empty texts are unknown.
struct digest_model {
    std::string repo;
    std::string revision;
    labels tags;
    std::string rating; ///< "Medium-High"; empty: not assessed yet
    std::optional<double> score;
    std::string rating_before;         ///< at the start of the period, when it was another one
    bool rating_fell = false;          ///< the rating got better
    std::string staleness = "unknown"; ///< current, ageing, outdated, unknown
    std::vector<std::string> reasons;  ///< of the staleness
    std::string deployed;
    std::string upstream;
    std::optional<std::uint64_t> commits_behind;
    std::optional<std::uint64_t> days_behind;
    std::string successor;
    std::string
        review; ///< "approved until 2027-01-31", "expired on …", "missing"; empty: nobody asks for one
    bool review_due = false; ///< missing, expired, or ending within 30 days
    std::vector<std::string> policy_failures;
    std::optional<instant> last_success_at;
    std::string last_error;
    std::string baseline; ///< commit that is trusted
    std::string url;      ///< of the repo on its hub
    std::vector<rating_point> trend;
    std::vector<digest_exception> exceptions; ///< in force
    bool blind = false; ///< no good poll within a day or three intervals, whichever is longer
};

struct digest_silence {
    std::string what; ///< "tiiuae/*, commits-added"
    instant until{};
    std::string by;
    std::string reason;
};

/// One thing that happened in the period.
struct digest_event {
    instant at{};
    std::string repo;
    std::string what;
    std::string level; ///< severity; may be empty
    std::string text;
    std::string alert = {}; ///< id of the alert that it is about; may be empty
};

/// Everything that is known at the moment of sending: a digest is built from the state, never from a buffer.
struct digest_input {
    instant now{};
    instant since{}; ///< begin of the period
    std::vector<digest_model> models;
    std::vector<alert> alerts;   ///< active ones, silenced and acknowledged included
    std::vector<alert> resolved; ///< in the period
    std::vector<digest_silence> silences;
    std::vector<digest_event> events; ///< of the period, newest first
    std::vector<message> failed;      ///< given up or still failing
    std::string next;                 ///< "Mon 2026-11-30 09:00 Europe/Berlin"; empty: no schedule
    /// "2026-11-23 09:00 CET": an instant in the readers' zone; empty: in UTC.
    std::function<std::string(instant)> local;
};

/// What ends within this time is to be decided now.
inline constexpr std::chrono::days decide_ahead{30};

/// Rows of a section that are written out; what is beyond them is counted.
inline constexpr std::size_t digest_rows = 200;

/// The payload of a digest message:
/// `{"subject", "headline", "all_well", "from", "to", "period", "next", "totals": {…}, "sections": [{"id",
/// "title", "columns": […], "marked", "rows": [{"mark", "cells": […], …}], "omitted": n}]}`. The first cell
/// of a row names the thing; `mark` is a severity or a staleness, and the cell number `marked` shows it:
/// renderers may colour that one. A row may have "repo", "revision" and "url" to link to, "trend" (the
/// rating's points, oldest first) and "told": true where another section tells the same to people already.
/// Cells are text of others: escape them.
[[nodiscard]] json::object compose_digest(digest_input input);

} // namespace modelwatch::alerting
