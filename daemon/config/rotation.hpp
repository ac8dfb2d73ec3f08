#pragma once

#include "daemon/config/config.hpp"

#include <string>
#include <vector>

namespace modelwatch::config {

/// The keys of secrets that a running process cannot read anew: credentials and environment variables are
/// handed over at its start. Files are not among them.
[[nodiscard]] std::vector<std::string> secrets_of_the_start(settings const& value);

} // namespace modelwatch::config
