#pragma once

#include "daemon/model/json.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace modelwatch::hub_double {

struct lfs_facts {
    std::string sha256;
    std::uint64_t pointer_size = 0;
};

/// One file of one commit. Small files have their real bytes; a large one is declared by size and hash, and
/// its bytes are made when somebody reads them: `head`, then bytes that depend only on `seed` and the place,
/// then `tail`.
struct file {
    std::uint64_t size = 0;
    std::string oid; ///< git's id: of the content, or of the pointer text for LFS files
    std::optional<lfs_facts> lfs;
    std::string xet_hash; ///< LFS files only
    std::string head;
    std::string tail;
    std::uint64_t seed = 0;
    bool is_text = false; ///< the made bytes are letters and line ends

    /// `length` bytes from `offset`; both must lie inside the file.
    [[nodiscard]] std::string read(std::uint64_t offset, std::size_t length) const;
    /// What git itself stores: the content, or the pointer text.
    [[nodiscard]] std::string git_text() const;
    /// X-Linked-Etag: the SHA-256 of LFS files, else the git id.
    [[nodiscard]] std::string const& content_hash() const noexcept;
};

using file_ptr = std::shared_ptr<file const>;

/// From a timeline: {"text": …} | {"bytes_base64": …} | {"size": n, "sha256": …} | {"size": n, "oid": …},
/// with the options "lfs", "xet", "seed", "content", "pickle_imports". Throws std::invalid_argument naming
/// `path`.
[[nodiscard]] file_ptr make_file(std::string_view path, json::value const& spec);

} // namespace modelwatch::hub_double
