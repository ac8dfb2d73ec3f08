#pragma once

#include "tests/hub/world.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::hub_double {

/// Something that happens later; its actions are applied together or not at all (steps.hpp).
struct step {
    std::string name;
    json::array actions;
};

struct timeline {
    world start;
    std::vector<step> steps;
};

/// The format is described at the top of main.cpp. Throws std::invalid_argument that names the place.
[[nodiscard]] timeline read_timeline(json::value const& document);
[[nodiscard]] timeline read_timeline_file(std::string const& path);

/// Adds `count` repos synth/model-00000 … with `files` files each, all sharing one file table.
void add_synthetic(world& in, std::size_t count, std::size_t files);

/// Adds the repos of the recorded bodies below `directory` (see samples.cpp). Throws when the folder is not
/// readable.
void add_samples(world& in, std::string const& directory);

} // namespace modelwatch::hub_double
