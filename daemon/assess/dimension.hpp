#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace modelwatch::assess {

enum class dimension { access, license, format, publisher, timeliness };

inline constexpr std::size_t dimension_count = 5;
inline constexpr std::array<dimension, dimension_count> dimensions{
    dimension::access, dimension::license, dimension::format, dimension::publisher, dimension::timeliness
};

[[nodiscard]] std::string_view to_string(dimension which) noexcept; ///< "access"
[[nodiscard]] std::string_view title(dimension which) noexcept;     ///< "Access control"

/// One ruler for dimensions and overall (assess.md 0.4).
enum class risk_level { low, low_medium, medium, medium_high, high };

[[nodiscard]] std::string_view to_string(risk_level level) noexcept; ///< "Low-Medium"
[[nodiscard]] std::optional<risk_level> parse_risk_level(std::string_view text) noexcept;

} // namespace modelwatch::assess
