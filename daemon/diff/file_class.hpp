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
classify_among(std::string_view path, std::function<bool(std::string_view)> const& exists);

/// Text that a shell runs, as opposed to a native program. Both are `executable`.
[[nodiscard]] bool is_script(std::string_view path);

} // namespace modelwatch::diff
