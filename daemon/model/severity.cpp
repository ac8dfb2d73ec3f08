#include "daemon/model/severity.hpp"

#include <algorithm>
#include <array>

namespace modelwatch {

namespace {

constexpr std::array<std::string_view, 5> names{"info", "low", "medium", "high", "critical"};

} // namespace

std::string_view to_string(severity level) noexcept {
    return names[static_cast<std::size_t>(level)];
}

std::optional<severity> parse_severity(std::string_view text) noexcept {
    auto const found = std::find(names.begin(), names.end(), text);
    if (found == names.end()) return std::nullopt;
    return static_cast<severity>(found - names.begin());
}

severity shifted(severity level, int steps) noexcept {
    return static_cast<severity>(std::clamp(static_cast<int>(level) + steps, 0, 4));
}

} // namespace modelwatch
