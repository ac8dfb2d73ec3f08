#pragma once

#include "daemon/model/json.hpp"

#include <optional>
#include <string_view>

namespace modelwatch::http {

/// A body as one JSON object, at most eight levels deep (RFC 8259). nullopt for anything else, and for a name
/// that comes twice in one object: which of the two holds is for every reader to choose.
[[nodiscard]] std::optional<json::object> read_json_body(std::string_view text);

} // namespace modelwatch::http
