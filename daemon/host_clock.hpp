#pragma once

#include "daemon/config/config.hpp"
#include "storage/store.hpp"

#include <chrono>
#include <string>

namespace modelwatch {

/// "this host's clock is 1 h 2 min ahead of that of hub: …"; of one that is right again, so much.
[[nodiscard]] std::string clock_words(std::string const& hub, std::chrono::seconds ahead);

/// Remembers by how much this host's clock differs from a hub's, so that `status` can say it; 0 forgets it.
void keep_clock(storage::store& db, std::string const& hub, std::chrono::seconds ahead);

/// `[{"hub", "seconds_ahead", "text"}]` of the hubs by whose clock this host's is wrong.
[[nodiscard]] json::array wrong_clocks(storage::store& db, config::settings const& settings);

} // namespace modelwatch
