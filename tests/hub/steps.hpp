#pragma once

#include "tests/hub/world.hpp"

namespace modelwatch::hub_double {

/// Applies one action ({"action": "commit", "repo": …, …}; the list stands at the top of main.cpp).
/// Throws std::invalid_argument when it cannot be applied; work on a copy.
void apply_action(world& in, json::object const& action);

} // namespace modelwatch::hub_double
