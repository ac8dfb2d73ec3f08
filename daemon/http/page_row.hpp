#pragma once

#include "daemon/http/page_layout.hpp"

namespace modelwatch::http {

/// What the table's template shows of one model.
[[nodiscard]] mustache::data row_data(model_row const& row);

} // namespace modelwatch::http
