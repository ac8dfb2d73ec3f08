#pragma once

#include "tests/hub/router.hpp"

#include <optional>

namespace modelwatch::hub_double {

/// The byte-exact body that was recorded from the real service for this very request, if there is one and the
/// repo has not been changed since.
[[nodiscard]] std::optional<answer> recorded_for(context const& of, place const& at);

} // namespace modelwatch::hub_double
