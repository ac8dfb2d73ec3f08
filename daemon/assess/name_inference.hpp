#pragma once

#include "daemon/assess/name_order.hpp"
#include "daemon/assess/succession.hpp"

#include <string>
#include <vector>

namespace modelwatch::assess {

/// A newer generation of the subject's line, with its model that comes closest to the subject.
struct newer_generation_found {
    major_generation major;
    std::string repo;
    std::string license;
};

/// What the names in the namespace say (assess.md 3.3, 4).
struct name_inference {
    successor_state state = successor_state::unknown;
    bool is_explicit = false;                        ///< the subject's own name has a generation
    std::vector<newer_generation_found> generations; ///< oldest first
    std::string pick;
    std::string pick_license;
    std::string reason;
};

/// Ids and globs in which case does not matter.
[[nodiscard]] bool is_ruled_out(std::string_view repo, std::vector<std::string> const& patterns);

[[nodiscard]] name_inference infer_successors(succession_input const& in);

} // namespace modelwatch::assess
