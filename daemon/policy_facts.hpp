#pragma once

#include "daemon/assess/policy.hpp"
#include "daemon/model/rating.hpp"
#include "daemon/model/snapshot.hpp"
#include "daemon/model/watch.hpp"

#include <string>
#include <vector>

namespace modelwatch {

/// The formats of the weights that deployments load, each once and sorted, as `require_formats` names them:
/// the file's extension ("safetensors", "gguf", "bin"). `allow_patterns` leave out what is not loaded; empty:
/// everything is.
[[nodiscard]] std::vector<std::string>
weight_formats(snapshot const& state, std::vector<std::string> const& allow_patterns);

/// What the organisation does with a watched model. `state` is the snapshot of the commit in use, nullptr
/// when its files are not known; `course` may be nullptr.
[[nodiscard]] assess::watch_facts
watch_facts_of(watch const& target, snapshot const* state, rating_record const* course);

} // namespace modelwatch
