#pragma once

#include "daemon/config/config.hpp"
#include "daemon/diff/diff.hpp"
#include "daemon/judge.hpp"
#include "daemon/model/alert.hpp"
#include "daemon/model/json.hpp"
#include "daemon/model/time.hpp"
#include "daemon/model/watch.hpp"
#include "storage/store.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

/// The shapes of the contract, made from the store: the commands print them with --json, the API serves them.
namespace modelwatch::views {

/// `[rubric] age_limits`: beyond the second a model is ageing, beyond the third outdated.
using age_limits = decltype(config::rubric_settings::age_limits);

/// What is known of one watch now: an element of `status --json`.
[[nodiscard]] json::object status_of(
    storage::store& db,
    watch const& target,
    std::span<alert const> open,
    age_limits const& limits,
    instant now
);
[[nodiscard]] json::array
statuses_of(storage::store& db, std::vector<watch> const& targets, age_limits const& limits, instant now);

/// `history --json`.
[[nodiscard]] json::object history_of(storage::store& db, watch const& target, std::size_t limit);
[[nodiscard]] json::array commits_of(storage::store& db, std::string const& watch_key, std::size_t limit);
[[nodiscard]] json::array events_of(storage::store& db, std::string const& watch_key, std::size_t limit);

/// The difference of two stored texts of a file; empty when one of them was not kept.
[[nodiscard]] std::string text_difference(storage::store& db, diff::file_difference const& one);
/// sha256, or the git blob id with the prefix "git:"; empty for no file.
[[nodiscard]] std::string content_hash(file_entry const* file);
/// `files` of `diff --json`.
[[nodiscard]] json::array differences(storage::store& db, std::vector<diff::file_difference> const& files);

/// An element of `assess --json`, from the evidence of the last poll; null: there is none yet.
[[nodiscard]] json::value assessment_of(
    storage::store& db, judge_rules const& rules, watch const& target, std::string const& web_url, instant now
);

[[nodiscard]] json::array alerts_of(std::span<alert const> alerts);
/// A message with its attempts: an element of `outbox list --json`.
[[nodiscard]] json::object message_of(storage::store& db, message const& entry);

} // namespace modelwatch::views
