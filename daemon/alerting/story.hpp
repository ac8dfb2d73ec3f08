#pragma once

#include "daemon/model/alert.hpp"

#include <span>
#include <string>
#include <vector>

namespace modelwatch::alerting {

/// The alerts that are one event for people: those of one commit of one watch, in the order of said_before.
/// Never empty.
struct story {
    std::vector<alert const*> alerts;

    [[nodiscard]] alert const& head() const { return *alerts.front(); }
};

/// One story per event, the most pressing first. Alerts that name no commit belong to their watch's first.
/// The stories point into `alerts`.
[[nodiscard]] std::vector<story> stories_of(std::span<alert const> alerts);

/// A summary without the step from commit to commit: it stands in every summary, and is told once for all of
/// a story.
[[nodiscard]] std::string without_step(std::string text, change const& what);

} // namespace modelwatch::alerting
