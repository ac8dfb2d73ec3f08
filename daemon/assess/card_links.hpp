#pragma once

#include <string>
#include <string_view>

namespace modelwatch::assess {

/// The model that one word of Markdown or HTML points at: an address on the Hub, a link to "/ns/name", or an
/// id in backticks, brackets or bold. Empty when there is none, or when it points at a data set, a space or a
/// page. Plain words with a slash ("input/output") are not ids.
[[nodiscard]] std::string linked_model(std::string_view word);

} // namespace modelwatch::assess
