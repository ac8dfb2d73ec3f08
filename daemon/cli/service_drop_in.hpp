#pragma once

#include "daemon/cli/session.hpp"

#include <string>

namespace modelwatch::cli {

/// `init --service`: adds a LoadCredential= line for each credential that the configuration names and the
/// unit does not give yet. Lines that are there stay as they are. Returns the exit code.
[[nodiscard]] int write_service_drop_in(session& s, std::string const& configuration);

} // namespace modelwatch::cli
