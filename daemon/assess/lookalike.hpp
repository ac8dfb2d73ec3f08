#pragma once

#include "daemon/assess/publishers.hpp"

#include <string>
#include <string_view>

namespace modelwatch::assess {

/// Whether an account's name imitates another's (assess.md 2.4 D, publisher-lookalike).
enum class lookalike_level {
    none,
    near,     ///< looks like a publisher of the registry, and is not in it
    confirmed ///< the registry has it on its denylist
};

[[nodiscard]] std::string_view to_string(lookalike_level value) noexcept;

struct lookalike {
    lookalike_level level = lookalike_level::none;
    std::string resembles; ///< the name in the registry
    std::string how;       ///< for people
};

/// How `name` imitates `registered`; empty: it does not. Both without regard to case.
[[nodiscard]] std::string_view imitation(std::string_view name, std::string_view registered);

/// Names that are in the registry imitate nobody, unless they are on its denylist.
[[nodiscard]] lookalike find_lookalike(std::string_view name, publisher_registry const& publishers);

} // namespace modelwatch::assess
