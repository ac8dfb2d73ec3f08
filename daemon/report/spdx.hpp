#pragma once

#include <string_view>

namespace modelwatch::report {

/// The SPDX identifier of a license identifier of the Hub ("apache-2.0" -> "Apache-2.0"); empty: SPDX has
/// none, or the Hub's word names a family.
[[nodiscard]] std::string_view spdx_id(std::string_view hub_id) noexcept;

} // namespace modelwatch::report
