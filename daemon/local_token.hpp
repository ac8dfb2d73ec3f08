#pragma once

#include <filesystem>
#include <string>

namespace modelwatch {

/// Writes a new token into the state directory, which only who owns the state may read. A command that can
/// read it could change the database as well, and so may ask the daemon for changes. Empty: it could not be
/// written, and then nobody has one.
[[nodiscard]] std::string write_local_token(std::filesystem::path const& state_dir);

/// Empty: there is none for us.
[[nodiscard]] std::string read_local_token(std::filesystem::path const& state_dir);

} // namespace modelwatch
