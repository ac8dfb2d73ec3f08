#pragma once

#include "daemon/config/config.hpp"
#include "daemon/config/service_paths.hpp"
#include "daemon/config/service_unit.hpp"

#include <string>
#include <vector>

namespace modelwatch::config {

/// The file that the service reads unless its unit names another one.
inline constexpr char const* service_configuration = "/etc/modelwatch/modelwatch.toml";

/// Whether the service runs with this file, by the unit's MODELWATCH_CONFIG or by default.
[[nodiscard]] bool is_of_service(std::filesystem::path const& file, service_unit const& unit);

/// What the configuration names and modelwatchd.service cannot see, read, write or run, each with what would
/// let it. Paths that are not there are not judged.
[[nodiscard]] std::vector<std::string>
service_warnings(settings const& value, service_unit const& unit, service_identity const& who);

} // namespace modelwatch::config
