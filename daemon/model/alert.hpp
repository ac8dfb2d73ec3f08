#pragma once

#include "daemon/model/change.hpp"
#include "daemon/model/time.hpp"
#include "daemon/model/watch.hpp"

#include <optional>
#include <string>

namespace modelwatch {

enum class alert_state { open, acknowledged, silenced, resolved };

[[nodiscard]] std::string_view to_string(alert_state state) noexcept;
[[nodiscard]] alert_state parse_alert_state(std::string_view text); ///< throws std::invalid_argument

/// The silence that holds an alert, or that it broke through.
struct silence_hold {
    std::string silence;             ///< its id
    severity level = severity::info; ///< the alert's severity when it was silenced, or broke through
    instant since{};                 ///< when that was
    instant until{};                 ///< end of that silence
    bool operator==(silence_hold const&) const = default;
};

/// A change or finding that people must hear of, with a state. One per (watch, kind, dedupe) that is not
/// resolved.
struct alert {
    std::string id; ///< UUID version 7
    std::string
        watch_key; ///< watch::key(), or "hub/<name>" and "notifier/<name>" for alerts about the monitor
    change what;
    alert_state state = alert_state::open;
    bool announced = false; ///< at least one message about it was recorded
    std::string repo;
    std::string hub;
    std::string revision;
    labels tags;
    std::string url; ///< link to the evidence on the hub
    instant opened_at{};
    instant updated_at{};
    std::optional<instant> resolved_at;
    std::optional<instant> last_sent_at; ///< for reminders
    std::string acknowledged_by;
    std::string acknowledged_reason;
    std::optional<instant> acknowledged_until;
    std::string resolution; ///< why it was resolved
    std::optional<silence_hold> hold;
    bool untold = false;                 ///< a silence kept something of it back: it is told when that ends
    unsigned openings = 1;               ///< how often it opened within a day, counting those before it
    std::optional<instant> absent_since; ///< flapping: no longer seen since then, but not yet believed
    std::string damage; ///< what of its row in the database cannot be read; storing it leaves that as it is

    /// It comes and goes: its end is believed only after it has stayed away for a while.
    [[nodiscard]] bool flapping() const noexcept { return openings >= 3; }

    [[nodiscard]] bool active() const noexcept { return state != alert_state::resolved; }

    /// Open, or acknowledged or silenced only until an instant that has passed.
    [[nodiscard]] bool needs_attention(instant now) const noexcept {
        bool const lapsed = acknowledged_until && *acknowledged_until <= now;
        bool const audible = !hold || hold->until <= now;
        return state == alert_state::open || (state == alert_state::acknowledged && lapsed) ||
               (state == alert_state::silenced && audible);
    }
};

/// The shape of the contract, section 3.
[[nodiscard]] json::object to_json(alert const& entry);
[[nodiscard]] json::object to_json(file_evidence const& file);
/// Reads what to_json wrote (round trip for the outbox); throws std::exception when it is not one.
[[nodiscard]] alert alert_from_json(json::object const& object);

} // namespace modelwatch
