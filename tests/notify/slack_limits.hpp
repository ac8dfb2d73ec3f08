#pragma once

#include "daemon/model/json.hpp"

#include <string>
#include <vector>

namespace modelwatch::test {

/// What Slack's published limits say against an incoming-webhook body, and what nobody should send: mentions,
/// links other than `own_link_prefix`, live markup of others. Empty: nothing.
[[nodiscard]] std::vector<std::string>
slack_problems(std::string const& body, std::string const& own_link_prefix);

} // namespace modelwatch::test
