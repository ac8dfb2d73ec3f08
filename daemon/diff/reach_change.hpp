#pragma once

#include "daemon/diff/loader_reach.hpp"

#include <string>
#include <vector>

namespace modelwatch::diff {

/// How what loaders execute or fetch differs between two states.
struct reach_change {
    std::vector<reach> added;   ///< by settings that led nowhere before
    std::vector<reach> changed; ///< by settings that led elsewhere before
    std::vector<reach> removed;
    std::vector<unread_config> unread; ///< files that differ, and whose present text we do not know
    bool before_is_known = true;       ///< else some of what is called added may have been there

    [[nodiscard]] bool without_consent() const noexcept; ///< of what is there now
};

/// From the files that differ: the same bytes lead to the same things.
[[nodiscard]] reach_change compare_reach(
    std::vector<file_delta> const& files,
    file_set const& before,
    file_set const& after,
    text_index const& texts
);

/// "config.json#/auto_map/AutoModel → modeling_x.Model", safe to show.
[[nodiscard]] std::string told(reach const& one);
/// Of the first two.
[[nodiscard]] std::string told(std::vector<reach> const& entries);

/// For the record: at most a hundred, what works without consent first.
[[nodiscard]] json::array evidence_of(std::vector<reach> entries);

/// "config.json (too large to be read, 3 MB)", of the first few.
[[nodiscard]] std::string told(std::vector<unread_config> const& files);
[[nodiscard]] json::array evidence_of(std::vector<unread_config> const& files);

} // namespace modelwatch::diff
