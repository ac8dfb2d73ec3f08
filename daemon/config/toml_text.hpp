#pragma once

#include "daemon/model/watch.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::config {

// Values as TOML, for the effective configuration.

[[nodiscard]] std::string toml_string(std::string_view text);
[[nodiscard]] std::string toml_key(std::string_view name); ///< bare where TOML allows it
[[nodiscard]] std::string toml_list(std::vector<std::string> const& values);
[[nodiscard]] std::string toml_table(labels const& values);

} // namespace modelwatch::config
