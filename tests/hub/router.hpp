#pragma once

#include "tests/hub/exchange.hpp"

#include <string>
#include <string_view>

namespace modelwatch::hub_double {

/// What a request asks for. `kind` is the word that faults and the request log use: info, listing, tree,
/// paths-info, commits, refs, compare, treesize, scan, auth-check, xet, resolve, resolve-cache, raw, whoami,
/// account, page, cdn, unknown.
struct place {
    std::string_view kind = "unknown";
    std::string repo; ///< id as asked for, or the account's name
    std::string revision = "main";
    std::string path;
    std::size_t id_at = 0;    ///< where the id begins among the target's segments
    std::size_t id_parts = 0; ///< 1 for ids without a namespace
    std::size_t page = 1;     ///< of listing, tree and commits
};

[[nodiscard]] place locate(request const& asked, world const& hub);

[[nodiscard]] answer route(context const& of, place const& at);

} // namespace modelwatch::hub_double
