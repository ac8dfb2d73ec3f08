#pragma once

#include "daemon/model/json.hpp"

#include <string>
#include <string_view>

namespace modelwatch::hub {

/// What a model card states in YAML before its text. Scalars are texts, but for null, true and false.
struct front_matter {
    json::object fields; ///< empty: none
    std::string problem; ///< why it is there and cannot be read; empty: it could, or there is none
};

/// Reads the block between the two lines "---" at the beginning of a README.md. Whatever the bytes are, the
/// outcome is a value: size, depth and number of nodes are bounded, repetitions by alias included.
[[nodiscard]] front_matter read_front_matter(std::string_view readme);

} // namespace modelwatch::hub
