#pragma once

#include "daemon/alerting/desk.hpp"
#include "daemon/model/time.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace modelwatch {

/// Tells a hub that is down from watches that fail (contract 7): at least five watches, and more than half of
/// them. Pure book-keeping over the outcome of the latest poll of each watch.
class hub_health {
public:
    void note(std::string const& hub, std::string const& watch_key, bool good);
    void forget(std::string const& hub, std::string const& watch_key);

    struct state {
        std::size_t failing = 0;
        std::size_t known = 0; ///< watches that were polled at least once

        [[nodiscard]] bool unreachable() const noexcept { return failing >= 5 && failing * 2 > known; }
    };

    [[nodiscard]] state of(std::string const& hub) const;

private:
    struct entry {
        std::set<std::string> failing;
        std::set<std::string> good;
    };

    std::map<std::string, entry> hubs_;
};

/// The one alert about a hub, or its end.
[[nodiscard]] alerting::judgement
hub_judgement(std::string const& hub, hub_health::state const& health, std::string const& last_error);

/// The alert about one watch that has been failing for longer than three intervals.
[[nodiscard]] bool
fails_too_long(std::optional<instant> failing_since, std::chrono::milliseconds interval, instant now);

[[nodiscard]] alerting::judgement poll_failing_judgement(
    std::string const& watch_key,
    std::string const& hub,
    std::string const& repo,
    std::string const& revision,
    labels const& tags,
    std::string const& last_error,
    instant since
);

} // namespace modelwatch
