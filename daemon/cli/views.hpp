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

void print_alerts(terminal const& to, std::vector<alert> alerts);
void print_statuses(terminal const& to, json::array const& models);

/// Alerts as an answer tells them; `places` (their watch keys, in the same order) may be null. Throws what
/// json does when it is no such answer.
[[nodiscard]] std::vector<alert> alerts_in(json::array const& rows, json::value const* places = nullptr);
/// "…0c2f41aa9d31": enough of an id to name it.
[[nodiscard]] std::string short_id(std::string_view id);

} // namespace modelwatch::cli
