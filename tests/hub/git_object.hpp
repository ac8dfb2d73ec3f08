#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::hub_double {

/// SHA-1 in hex, as git numbers its objects.
[[nodiscard]] std::string sha1_hex(std::string_view bytes);

/// The text that git keeps in place of a large file (git-lfs specification, version 1).
[[nodiscard]] std::string lfs_pointer(std::string_view sha256, std::uint64_t size);

struct git_tree_item {
    std::string name;
    std::string id; ///< 40 hex digits
    bool is_directory = false;
};

/// Id of a git tree object; the order of the items does not matter.
[[nodiscard]] std::string git_tree_id(std::vector<git_tree_item> items);

struct git_commit_text {
    std::string tree;
    std::string parent; ///< empty for the first commit
    std::string author;
    std::int64_t unix_seconds = 0;
    std::string message;
};

/// Id of a git commit object with author and committer alike, in UTC.
[[nodiscard]] std::string git_commit_id(git_commit_text const& text);

} // namespace modelwatch::hub_double
