#pragma once

#include "daemon/diff/loader_rules.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace modelwatch::diff {

/// Reads the switches out of YAML, line by line: block mappings by their indentation, flow mappings by their
/// braces, tags that make Python run something. What it cannot follow it reads too broadly rather than not at
/// all.
void read_yaml(
    config_scene const& scene,
    std::string_view text,
    std::function<void(reach, std::string pointer)> const& take
);

} // namespace modelwatch::diff
