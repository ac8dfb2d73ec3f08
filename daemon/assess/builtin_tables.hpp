#pragma once

#include <span>
#include <string_view>

namespace modelwatch::assess {

/// conf/publishers.toml and conf/licenses.toml as they were at build time, in pieces to be joined.
[[nodiscard]] std::span<std::string_view const> publishers_toml() noexcept;
[[nodiscard]] std::span<std::string_view const> licenses_toml() noexcept;

} // namespace modelwatch::assess
