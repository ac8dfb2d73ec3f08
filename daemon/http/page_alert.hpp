#pragma once

#include "daemon/http/page_layout.hpp"
#include "daemon/model/json.hpp"

#include <string>
#include <string_view>

namespace modelwatch::http {

/// One alert for the table of past ones and for alert.mustache, with its steps and its links.
void put_alert(json::object const& from, mustache::data& row);

/// What fills `{{>alert}}`.
void add_alert_template(mustache::data& to);

/// "/models/acme/model?revision=v1".
[[nodiscard]] std::string model_address(std::string_view repo, std::string_view revision);

/// Whether a link may lead there: an address of the web, and no script.
[[nodiscard]] bool is_web_address(std::string_view text) noexcept;

} // namespace modelwatch::http
