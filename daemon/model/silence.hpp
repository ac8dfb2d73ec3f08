#pragma once

#include "daemon/model/json.hpp"
#include "daemon/model/time.hpp"
#include "daemon/model/watch.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace modelwatch {

/// The longest that anything may be silenced: what nobody looks at for longer is forgotten.
inline constexpr std::chrono::days longest_silence{400};

/// What people do not want to hear of for a while, who decided so and why.
struct silence {
    std::string id;         ///< UUID version 7
    std::string repo = "*"; ///< glob over the alert's repo
    std::string kind = "*"; ///< glob over the alert's kind
    labels tags;            ///< all of them must match
    instant created_at{};
    instant until{};
    std::string by;
    std::string reason;
    std::optional<instant> ended_at; ///< by a person, before its time
    std::string ended_by;
    std::string end_reason;

    [[nodiscard]] bool in_force(instant now) const noexcept { return !ended_at && now < until; }
};

/// "in-force", "over", "ended".
[[nodiscard]] std::string_view state_of(silence const& entry, instant now) noexcept;

/// "repo acme/*, kind weights-*, label env=prod".
[[nodiscard]] std::string scope_of(silence const& entry);

/// As in `alerts silences --json`.
[[nodiscard]] json::object to_json(silence const& entry, instant now);

} // namespace modelwatch
