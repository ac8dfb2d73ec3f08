#pragma once

#include "daemon/diff/diff.hpp"

#include <functional>

namespace modelwatch::diff {

/// A path taken apart, in lower case.
struct file_name {
    explicit file_name(std::string_view path);

    std::string whole;
    std::string folder; ///< without the last slash; empty at the top
    std::string base;
    std::string extension; ///< without the dot
};

/// How dangerous a name's own format is, exceptions that depend on siblings apart.
[[nodiscard]] format_tier tier_of(file_name const& name) noexcept;

/// As classify(); `exists` answers whether the repo holds a path, exactly spelt.
[[nodiscard]] file_class
classify_among(file_entry const& file, std::function<bool(std::string_view)> const& exists);

/// Whether the hub stores it as weights are stored: in LFS or Xet, or because it is too large for git.
[[nodiscard]] bool is_stored_as_weights(file_entry const& file) noexcept;

/// Whether a name that speaks for this role still does so for a file that is stored as weights are: a
/// vocabulary may well be in LFS, a "vocab.dat" there may be anything.
[[nodiscard]] bool name_vouches(file_name const& name, file_role role, std::uint64_t size) noexcept;

/// The format of a file whose own extension is not known: that of a name within its name where that one can
/// run code ("pytorch_model.bin.part1" is a piece of a pickle), else unknown. A piece of something harmless
/// proves nothing about the whole.
[[nodiscard]] format_tier tier_within(file_name const& name);

/// Text that a shell runs, as opposed to a native program. Both are `executable`.
[[nodiscard]] bool is_script(std::string_view path);

} // namespace modelwatch::diff
