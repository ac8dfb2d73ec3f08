#pragma once

#include "daemon/model/result.hpp"
#include "daemon/model/time.hpp"

#include <string>

namespace modelwatch {

/// An instant to come, as an operator types it after `--until`: "2026-12-31" (the end of that day, UTC),
/// "2026-12-31T12:00:00Z", or from now on "90m", "2h", "30d".
[[nodiscard]] result<instant> parse_until(std::string const& text, instant now);

} // namespace modelwatch
