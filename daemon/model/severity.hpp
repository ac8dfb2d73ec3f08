#pragma once

#include <optional>
#include <string_view>

namespace modelwatch {

/// How urgently people must hear of it: critical = page, high = same day, medium = this week, low = digest
/// with an owner, info = weekly digest.
enum class severity { info, low, medium, high, critical };

[[nodiscard]] std::string_view to_string(severity level) noexcept;
[[nodiscard]] std::optional<severity> parse_severity(std::string_view text) noexcept;

/// One step up or down per unit, held inside the scale.
[[nodiscard]] severity shifted(severity level, int steps) noexcept;

} // namespace modelwatch
