#include "daemon/check_outcome.hpp"

#include "daemon/views.hpp"

#include <algorithm>
#include <set>

namespace modelwatch {

check_outcome what_stands(
    config::settings const& settings,
    storage::store& db,
    std::vector<watch> const& watches,
    severity fail_on,
    instant now
) {
    check_outcome out;
    out.models = views::statuses_of(db, watches, settings.rubric.age_limits, now);
    auto const count = [&](std::string const& key) {
        out.urgent = out.urgent || any_open(db.active_alerts(key), fail_on, now);
    };
    std::set<std::string> hubs;
    for (auto const& one : watches) {
        count(one.key());
        hubs.insert(one.hub);
    }
    for (auto const& hub : hubs)
        count("hub/" + hub);
    for (auto const& one : settings.notifiers)
        count("notifier/" + one.name);
    return out;
}

bool any_open(std::span<alert const> alerts, severity at_least, instant now) {
    return std::any_of(alerts.begin(), alerts.end(), [&](alert const& entry) {
        return entry.needs_attention(now) && entry.what.level >= at_least;
    });
}

} // namespace modelwatch
