#pragma once

#include <filesystem>

namespace modelwatch::storage {

/// Looks whether the state's file system still takes a file of some size, as the next writes will want;
/// leaves nothing behind. A small commit may find room in the write-ahead log when nothing larger does.
/// Throws storage_error.
void expect_room(std::filesystem::path const& state_dir);

} // namespace modelwatch::storage
