#pragma once

#include "daemon/model/json.hpp"
#include "daemon/model/snapshot.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace modelwatch::hub {

/// What the publisher states in the card, with the tags as the second source: license, base models,
/// successor. Models that are written as URLs of the Hub or of `endpoint` are told by their names.
void read_card(snapshot& state, json::object const& info, std::string_view endpoint);

/// What loaders would execute or render: `auto_map`, the custom_code tag, the chat template.
void read_behaviour(snapshot& state, json::object const& info);

// For hubs whose info says less: the same facts, read from the files.

/// Whether the info left the card to us, or what loaders run.
[[nodiscard]] bool lacks_card(snapshot const& state) noexcept;
[[nodiscard]] bool lacks_configuration(snapshot const& state) noexcept;

/// The text of README.md instead of `cardData`.
void read_readme(snapshot& state, std::string_view readme, std::string_view endpoint);

/// Texts instead of `config`; nullopt: the repo does not have that file.
struct configuration_texts {
    std::optional<std::string> config;        ///< config.json
    std::optional<std::string> tokenizer;     ///< tokenizer_config.json
    std::optional<std::string> chat_template; ///< chat_template.jinja
};

/// Reads them as far as they are JSON; what is not leaves the configuration untold.
void read_configuration(snapshot& state, configuration_texts const& texts);

} // namespace modelwatch::hub
