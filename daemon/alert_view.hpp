#pragma once

#include "daemon/answers.hpp"
#include "daemon/model/alert.hpp"
#include "daemon/model/json.hpp"

#include <span>
#include <vector>

/// Alerts as people read them: with their age, what to do, and in short what they mean for who runs the
/// model.
namespace modelwatch::views {

/// The first to be said comes first (alerting::said_before).
[[nodiscard]] std::vector<alert> in_order(std::vector<alert> alerts);

/// As in `alerts list --json`, and "age", "place" and "steps": [{"text", "command", "only_after_review"}].
[[nodiscard]] json::array shown_alerts(std::span<alert const> alerts, instant now);

/// What the first screen of a model says: {"wrong": {"text", "kind", "id", "severity", "mark"}, "production":
/// {"text", "mark"}, "now", "note"}. `status` as in `status --json`, `active` in order. What is not known
/// never reads as safe.
[[nodiscard]] json::object
first_answers(json::object const& status, std::span<alert const> active, instant now);

/// "5 open, 1 acknowledged critical, 2 silenced until …".
[[nodiscard]] std::string counts_text(std::span<alert const> alerts, instant now);

/// What http::alerts_page shows: one page of the alerts that fit, and counts of all that are not resolved.
[[nodiscard]] answers::answer alerts_shown(answers::context const& with, json::object const& asked);

} // namespace modelwatch::views
