#pragma once

#include "daemon/alerting/desk.hpp"
#include "daemon/model/time.hpp"

#include <algorithm>
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
    /// What is remembered of a watch from before the start: it fails until it is seen to answer.
    void remember_failing(std::string const& hub, std::string const& watch_key);
    /// Only these watches count from now on.
    void keep(std::set<std::string> const& watch_keys);

    struct state {
        std::size_t failing = 0;
        std::size_t known = 0; ///< watches that count: those that are configured
        std::size_t good = 0;  ///< seen to answer since the start

        [[nodiscard]] bool unreachable() const noexcept { return is_most(failing, known); }

        /// For a hub that is known to be down: what has not been asked since the start is no sign of its
        /// recovery, or a restart would end the alert and raise it again.
        [[nodiscard]] bool still_unreachable() const noexcept {
            return is_most(known - std::min(known, good), known);
        }

        [[nodiscard]] static bool is_most(std::size_t count, std::size_t of) noexcept {
            return count >= 5 && count * 2 > of;
        }
    };

    /// `configured`: how many watches of the hub there are, polled yet or not.
    [[nodiscard]] state of(std::string const& hub, std::size_t configured) const;

private:
    std::map<std::string, std::set<std::string>> failing_; ///< watch keys, by hub
    std::map<std::string, std::set<std::string>> good_;
};

/// The one alert about a hub that is down, or its end.
[[nodiscard]] alerting::judgement hub_judgement(
    std::string const& hub, hub_health::state const& health, bool down, std::string const& last_error
);

/// The alert about one watch that has been failing for longer than three intervals.
[[nodiscard]] bool
fails_too_long(std::optional<instant> failing_since, std::chrono::milliseconds interval, instant now);

[[nodiscard]] alerting::judgement
poll_failing_judgement(watch const& target, std::string const& last_error, instant since);

} // namespace modelwatch
