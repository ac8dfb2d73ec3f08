#pragma once

#include <string_view>

namespace modelwatch {

/// "DE": two capital letters that ISO 3166-1 gives to a country or leaves to its users ("XK", Kosovo).
[[nodiscard]] bool is_country_code(std::string_view code) noexcept;

} // namespace modelwatch
