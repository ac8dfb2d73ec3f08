#pragma once

#include "daemon/assess/licenses.hpp"
#include "daemon/assess/publishers.hpp"
#include "daemon/config/config.hpp"
#include "daemon/judge.hpp"

#include <string>
#include <vector>

namespace modelwatch {

/// Warnings about licenses that the operator names and the license table does not know: globs of
/// `deny_licenses` that match none, and rulings of the publishers file. They are no mistake for certain,
/// because a card may call a license as it likes; each names the nearest known one.
[[nodiscard]] std::vector<std::string> license_warnings(
    config::settings const& settings,
    assess::license_table const& licenses,
    assess::publisher_registry const& publishers
);

/// All that is odd about the rules and does not keep them from being used; each names its file.
[[nodiscard]] std::vector<std::string>
warnings_about(config::settings const& settings, judge_rules const& rules);

} // namespace modelwatch
