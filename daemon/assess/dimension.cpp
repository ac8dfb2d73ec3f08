#include "daemon/assess/dimension.hpp"

#include <algorithm>

namespace modelwatch::assess {

namespace {

constexpr std::array<std::string_view, dimension_count> names{
    "access", "license", "format", "publisher", "timeliness"
};
constexpr std::array<std::string_view, dimension_count> titles{
    "Access control",
    "License compliance",
    "File format security",
    "Publisher traceability",
    "Version timeliness"
};
constexpr std::array<std::string_view, 5> levels{"Low", "Low-Medium", "Medium", "Medium-High", "High"};

} // namespace

std::string_view to_string(dimension which) noexcept {
    return names[static_cast<std::size_t>(which)];
}

std::string_view title(dimension which) noexcept {
    return titles[static_cast<std::size_t>(which)];
}

std::string_view to_string(risk_level level) noexcept {
    return levels[static_cast<std::size_t>(level)];
}

std::optional<risk_level> parse_risk_level(std::string_view text) noexcept {
    auto const found = std::find(levels.begin(), levels.end(), text);
    if (found == levels.end()) return std::nullopt;
    return static_cast<risk_level>(found - levels.begin());
}

} // namespace modelwatch::assess
