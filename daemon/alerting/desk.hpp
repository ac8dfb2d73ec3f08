#pragma once

#include "daemon/model/alert.hpp"
#include "daemon/model/message.hpp"
#include "daemon/model/silence.hpp"

#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace modelwatch::alerting {

/// Which alerts a notifier takes.
struct notifier_rule {
    std::string name;
    severity min_severity = severity::info;
    std::vector<std::string> kinds{"*"};
    labels tags; ///< all of them must match
    [[nodiscard]] bool takes(alert const& entry) const;
};

struct rules {
    std::vector<notifier_rule> notifiers;
    std::chrono::seconds remind_after{std::chrono::hours{24 * 7}};
};

/// Flapping: an alert that opens for the third time within `flap_window`, having gone by itself each time
/// before. It is told like any other, but its end is believed only after `calm_after` without it; if it comes
/// back before, it was never away. So whatever is new is told at once, and what comes and goes unchanged is
/// told at most once an hour.
inline constexpr std::chrono::hours flap_window{24};
inline constexpr std::chrono::hours calm_after{1};

/// The resolution of an alert that the hub's state ended.
inline constexpr std::string_view gone_by_itself = "no longer the case";

/// What one round of judgement is about: one watch, or one thing of the monitor.
struct judgement {
    std::string watch_key;
    std::string repo;
    std::string hub;
    std::string revision;
    labels tags;
    std::string url;
    std::vector<change> changes; ///< complete within the scope: what is not in it no longer holds
    bool first_sight = false;    ///< standing conditions open quietly, unless critical
    /// Kinds that this judgement can tell anything about; alerts of others are left alone. Empty: all kinds.
    std::function<bool(alert_kind)> covers;
    std::string not_to;            ///< a notifier that is not told (it is the one that fails); empty: none
    std::vector<silence> silences; ///< those in force
    bool by_person = false;        ///< somebody has decided: what ends, ends at once
};

/// One alert to tell one notifier.
struct outgoing {
    std::string notifier;
    message_type type = message_type::opened;
    std::size_t alert = 0; ///< index in decision::touched
};

/// What to write: alerts that are new or differ from what the store has, and who is to be told.
struct decision {
    std::vector<alert> touched;
    std::vector<outgoing> tell;
    /// Which of `touched` something happened to: it opened, ended or became another thing. The others only
    /// got other words, or another place with those who look after them.
    std::vector<std::size_t> happened;

    [[nodiscard]] bool empty() const noexcept { return touched.empty(); }
};

using id_source = std::function<std::string()>;

/// Which alerts open, grow worse, change, resolve. `known` are the active alerts of this watch and those that
/// were resolved within `flap_window`. Deterministic but for the ids. Re-running it with its own outcome as
/// `known` gives an empty decision: nothing is said twice.
[[nodiscard]] decision decide(
    std::span<alert const> known,
    judgement const& seen,
    rules const& how,
    instant now,
    id_source const& new_id
);

/// Whether `now` says something that nobody was told with `before`: a new file, another hash, a higher
/// severity.
[[nodiscard]] bool is_news(change const& before, change const& now);

/// Ends alerts for a reason other than the hub's state (`accept`, `resolve`).
[[nodiscard]] decision
resolve(std::span<alert const> open, std::string const& why, rules const& how, instant now);

} // namespace modelwatch::alerting
