#pragma once

#include "tests/hub/world.hpp"

#include <map>
#include <string>
#include <string_view>

namespace modelwatch::hub_double {

/// A flat file table as nested directories with git's ids.
struct directory {
    std::map<std::string, directory> directories;
    std::map<std::string, placed_file const*> files; ///< point into the table
    std::string oid;                                 ///< id of the tree object
    std::uint64_t size = 0;                          ///< of everything below
    std::shared_ptr<commit_stamp const> last;        ///< newest commit below

    [[nodiscard]] directory const* find(std::string_view path) const; ///< "" is the root
};

[[nodiscard]] directory as_directory(file_table const& table);

} // namespace modelwatch::hub_double
