#pragma once

#include "storage/connection.hpp"

#include <filesystem>
#include <memory>

namespace modelwatch::storage {

/// Whether this user may write neither the database nor beside it: a file system that is read-only, missing
/// rights.
[[nodiscard]] bool may_only_be_read(std::filesystem::path const& file);

/// A connection that only reads, and the files that must live as long.
struct reading {
    std::shared_ptr<void> copy;
    std::unique_ptr<connection> db; ///< closed first
};

/// Opens a database beside which nothing may be written, whatever state its last writer left it in. Throws
/// storage_error.
[[nodiscard]] reading connect_to_read(std::filesystem::path const& file);

} // namespace modelwatch::storage
