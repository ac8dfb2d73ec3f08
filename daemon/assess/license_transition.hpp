#pragma once

#include "daemon/assess/licenses.hpp"
#include "daemon/model/json.hpp"
#include "daemon/model/severity.hpp"

namespace modelwatch::assess {

/// How urgent a changed license is (assess.md 4.2), from the evidence of a `license-changed`. `owner` is the
/// account of the repo: a base model of another account makes the publisher a repackager, who cannot grant
/// more than was received.
[[nodiscard]] severity
rate_license_change(json::object const& evidence, license_table const& table, std::string_view owner);

} // namespace modelwatch::assess
