#pragma once

#include "daemon/cli/terminal.hpp"
#include "daemon/model/alert.hpp"
#include "daemon/model/time.hpp"
#include "daemon/model/watch.hpp"
#include "storage/store.hpp"

#include <span>
#include <string>
#include <vector>

namespace modelwatch::cli {

/// "2026-11-22 10:00" in the reader's own zone; "never" when it has not happened.
[[nodiscard]] std::string local_time(std::optional<instant> when);
/// "3 hours ago".
[[nodiscard]] std::string ago(std::optional<instant> when, instant now);

[[nodiscard]] instant now_utc();

/// A table of alerts in the one order, what to do about each, and their counts.
void print_alerts(terminal const& to, std::vector<alert> alerts);
/// What to do about one alert, and the link to its evidence.
void print_steps(terminal const& to, alert const& entry, std::string_view indent);
/// `open`: the alerts of these models, for their counts; those of others are passed over.
void print_statuses(
    terminal const& to, json::array const& models, std::optional<std::span<alert const>> open = std::nullopt
);

/// Alerts as an answer tells them; `places` (their watch keys, in the same order) may be null. Throws what
/// json does when it is no such answer.
[[nodiscard]] std::vector<alert> alerts_in(json::array const& rows, json::value const* places = nullptr);
/// "acme/model", "acme/model@v1", "acme/model@v1 (mirror)": what tells a watch from others of the same repo.
[[nodiscard]] std::string place_of(std::string_view repo, std::string_view revision, std::string_view hub);

} // namespace modelwatch::cli
