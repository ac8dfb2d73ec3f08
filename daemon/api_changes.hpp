#pragma once

#include "daemon/api.hpp"

namespace modelwatch {

/// What changes something, behind the token: acknowledge, accept, check now; and the hub's own webhooks,
/// behind their own secret.
void add_changes(std::vector<http::endpoint>& to, std::shared_ptr<api_deps> with);

} // namespace modelwatch
