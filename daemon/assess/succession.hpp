#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::assess {

/// What is known of a successor (assess.md 3.3), in rising order of worry but for `unknown`.
enum class successor_state { unknown, none, possible, point, one, many };

[[nodiscard]] std::string_view to_string(successor_state state) noexcept;

struct succession {
    successor_state state = successor_state::unknown;
    bool declared = false;          ///< by the publisher or the operator
    std::vector<std::string> chain; ///< declared successors, nearest first
    std::string pick;               ///< the best successor to show; empty: none
    std::string reason;             ///< for people
    std::string quote;              ///< the card's line that says so
    bool deprecated_by_card = false;
};

} // namespace modelwatch::assess
