#pragma once

#include "daemon/judge.hpp"
#include "daemon/outbox.hpp"

namespace modelwatch {

/// The alert that the database is gone, to every notifier that takes it, at once and once: there is no outbox
/// left to keep it in. Returns when all have answered, or after ten seconds.
asio::awaitable<void> tell_of_loss(
    std::vector<lane_settings> lanes,
    std::shared_ptr<judge_rules const> rules,
    std::string fate,
    net::clock& time,
    instant now
);

} // namespace modelwatch
