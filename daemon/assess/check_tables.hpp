#pragma once

#include "daemon/assess/check.hpp"

#include <span>

namespace modelwatch::assess {

// The rows of checks(), one file per dimension: checks_access.cpp and so on. Points are those of assess.md
// 2.4; each row's texts are what `explain` prints.
[[nodiscard]] std::span<check_info const> access_rows() noexcept;
[[nodiscard]] std::span<check_info const> license_rows() noexcept;
[[nodiscard]] std::span<check_info const> format_rows() noexcept;
[[nodiscard]] std::span<check_info const> publisher_rows() noexcept;
[[nodiscard]] std::span<check_info const> timeliness_rows() noexcept;

} // namespace modelwatch::assess
