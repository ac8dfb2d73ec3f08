#pragma once

#include "daemon/model/json.hpp"
#include "daemon/model/snapshot.hpp"

namespace modelwatch::hub {

/// What the publisher states in the card, with the tags as the second source: licence, base models,
/// successor.
void read_card(snapshot& state, json::object const& info);

/// What loaders would execute or render: `auto_map`, the custom_code tag, the chat template.
void read_behaviour(snapshot& state, json::object const& info);

} // namespace modelwatch::hub
