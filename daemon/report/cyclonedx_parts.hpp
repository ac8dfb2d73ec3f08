#pragma once

#include "daemon/report/markup.hpp"
#include "daemon/report/report.hpp"

namespace modelwatch::report {

/// The component of one model with its files, licences, ancestors and model card. `reference` is its bom-ref.
[[nodiscard]] json::object model_component(subject const& model, std::string const& reference);

} // namespace modelwatch::report
