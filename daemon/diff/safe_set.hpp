#pragma once

#include "daemon/diff/file_set.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace modelwatch::diff {

/// Containers that hold numbers and metadata, nothing that a loader runs.
[[nodiscard]] bool is_safe(format_tier tier) noexcept;
[[nodiscard]] bool can_run_code(format_tier tier) noexcept;

/// Weights of one part of the repo. A pipeline (model_index.json) loads each folder on its own; any other
/// repo is one part.
struct part {
    std::map<std::string, std::pair<std::set<std::size_t>, std::size_t>>
        safe_sets; ///< shards present, shards in all
    bool code_capable = false;
    bool has_fallback = false; ///< code-capable weights that a loader takes where nothing safe is

    [[nodiscard]] bool has_whole_safe_set() const;
    [[nodiscard]] bool has_broken_safe_set() const; ///< a shard of some set is missing
};

using parts = std::map<std::string, part, std::less<>>;

[[nodiscard]] parts parts_of(file_set const& files);
[[nodiscard]] bool any_whole_safe_set(parts const& all);
/// Parts whose loader has nothing but formats that can run code.
[[nodiscard]] std::set<std::string> exposed(parts const& all);
/// Whether some part had a whole safe set and has none now, but something unsafe that is loaded instead.
[[nodiscard]] bool safe_format_was_lost(parts const& before, parts const& now);
/// Whether every part can be loaded from safe files alone, with no shard missing anywhere.
[[nodiscard]] bool is_safe_set_complete(file_set const& files);

} // namespace modelwatch::diff
