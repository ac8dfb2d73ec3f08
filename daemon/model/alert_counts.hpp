#pragma once

#include "daemon/model/alert.hpp"

#include <array>
#include <functional>
#include <optional>
#include <span>
#include <string>

namespace modelwatch {

/// Alerts by what people did to them: what somebody acknowledged or silenced still stands, and no count hides
/// it.
struct alert_counts {
    std::size_t open = 0;                      ///< those that need attention
    std::optional<severity> worst;             ///< of the open ones
    std::array<std::size_t, 5> acknowledged{}; ///< by severity
    std::size_t silenced = 0;
    std::optional<instant> silenced_until; ///< the first end
    bool several_ends = false;

    void add(alert const& entry, instant now);
    void add(alert_counts const& others);

    [[nodiscard]] bool empty() const noexcept;
};

[[nodiscard]] alert_counts counts_of(std::span<alert const> alerts, instant now);

/// "2 acknowledged critical, 1 acknowledged low, 3 silenced until …": empty where nothing is held back.
[[nodiscard]] std::string
held_back_text(alert_counts const& counts, std::function<std::string(instant)> const& time);

/// "5 open, 1 acknowledged critical, 2 silenced until …", "none open".
[[nodiscard]] std::string
to_text(alert_counts const& counts, std::function<std::string(instant)> const& time);

} // namespace modelwatch
