#pragma once

#include "daemon/model/result.hpp"

#include <cstddef>
#include <filesystem>
#include <string>

namespace modelwatch::config {

/// The whole of a regular file of at most `limit` bytes. Never waits (a FIFO is refused, not opened for
/// good).
[[nodiscard]] result<std::string> read_bounded(std::filesystem::path const& path, std::size_t limit);

/// Whether users outside of the file's owner and group may read it; false when it is not known.
[[nodiscard]] bool others_may_read(std::filesystem::path const& path) noexcept;

} // namespace modelwatch::config
