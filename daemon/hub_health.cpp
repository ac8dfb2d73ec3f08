#include "daemon/hub_health.hpp"

#include "daemon/model/text.hpp"

#include <fmt/format.h>

namespace modelwatch {

void hub_health::note(std::string const& hub, std::string const& watch_key, bool good) {
    auto& entry = hubs_[hub];
    (good ? entry.failing : entry.good).erase(watch_key);
    (good ? entry.good : entry.failing).insert(watch_key);
}

void hub_health::forget(std::string const& hub, std::string const& watch_key) {
    auto& entry = hubs_[hub];
    entry.failing.erase(watch_key);
    entry.good.erase(watch_key);
}

hub_health::state hub_health::of(std::string const& hub) const {
    auto const found = hubs_.find(hub);
    if (found == hubs_.end()) return {};
    auto const failing = found->second.failing.size();
    return {failing, failing + found->second.good.size()};
}

alerting::judgement
hub_judgement(std::string const& hub, hub_health::state const& health, std::string const& last_error) {
    alerting::judgement out;
    out.watch_key = "hub/" + hub;
    out.hub = hub;
    if (!health.unreachable()) return out;
    change what;
    what.kind = alert_kind::hub_unreachable;
    what.level = info(what.kind).level;
    what.subject = hub;
    what.summary =
        fmt::format("{} of {} watches of the hub {} fail", health.failing, health.known, printable(hub));
    what.detail =
        "Nothing is known of these models until the hub answers again. The last error: " + last_error;
    what.evidence = {{"failing", health.failing}, {"watches", health.known}};
    out.changes.push_back(std::move(what));
    return out;
}

bool fails_too_long(std::optional<instant> failing_since, std::chrono::milliseconds interval, instant now) {
    return failing_since && now - *failing_since > 3 * interval;
}

alerting::judgement poll_failing_judgement(
    std::string const& watch_key,
    std::string const& hub,
    std::string const& repo,
    std::string const& revision,
    labels const& tags,
    std::string const& last_error,
    instant since
) {
    alerting::judgement out;
    out.watch_key = watch_key;
    out.hub = hub;
    out.repo = repo;
    out.revision = revision;
    out.tags = tags;
    out.covers = [](alert_kind kind) { return kind == alert_kind::poll_failing; };
    change what;
    what.kind = alert_kind::poll_failing;
    what.level = info(what.kind).level;
    what.subject = repo;
    what.summary = "not polled successfully since " + to_rfc3339(since);
    what.detail = "What is shown of this model is as old as that. The last error: " + last_error;
    what.evidence = {{"since", to_rfc3339(since)}};
    out.changes.push_back(std::move(what));
    return out;
}

} // namespace modelwatch
