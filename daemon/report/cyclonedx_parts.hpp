#pragma once

#include "daemon/report/markup.hpp"
#include "daemon/report/report.hpp"

namespace modelwatch::report {

/// The component of one model with its files, licenses, ancestors and model card. `reference` is its bom-ref.
[[nodiscard]] json::object model_component(subject const& model, std::string const& reference);

/// Whether it is something that an attacker could use, and so no matter of the model card.
[[nodiscard]] bool is_weakness(assess::finding const& one) noexcept;

/// Those of a model, as entries of `vulnerabilities`.
[[nodiscard]] json::array weaknesses_of(subject const& model, std::string const& reference);

} // namespace modelwatch::report
