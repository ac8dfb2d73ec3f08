#pragma once

#include <string>
#include <string_view>

namespace modelwatch::hub {

/// The model that a text of a card means: "namespace/name", also where it is written as a URL of the Hub or
/// of the server at `endpoint` (may be empty). Any other text stays what it is.
[[nodiscard]] std::string named_model(std::string_view text, std::string_view endpoint);

} // namespace modelwatch::hub
