#pragma once

#include "daemon/model/change.hpp"
#include "daemon/model/json.hpp"
#include "daemon/model/watch.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::storage {

// JSON inside text columns. Reading is more tolerant than the reading of what comes from the network: it must
// never refuse what an earlier version of this program stored.

[[nodiscard]] json::value parse_column(std::string_view text);   ///< throws when it is not JSON
[[nodiscard]] json::object object_column(std::string_view text); ///< empty text is an empty object
[[nodiscard]] std::vector<std::string> texts_column(std::string_view text);
[[nodiscard]] labels labels_column(std::string_view text);

[[nodiscard]] std::vector<file_evidence> files_column(std::string_view text);

[[nodiscard]] std::string to_column(json::object const& object);
[[nodiscard]] std::string to_column(std::vector<std::string> const& texts);
[[nodiscard]] std::string to_column(labels const& tags);

/// The end (not included) of the texts that start with `prefix`.
[[nodiscard]] std::string prefix_end(std::string_view prefix);

} // namespace modelwatch::storage
