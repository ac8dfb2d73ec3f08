#include "daemon/hub_health.hpp"

#include "daemon/judge.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

namespace modelwatch {

void hub_health::note(std::string const& hub, std::string const& watch_key, bool good) {
    (good ? failing_ : good_)[hub].erase(watch_key);
    (good ? good_ : failing_)[hub].insert(watch_key);
}

void hub_health::remember_failing(std::string const& hub, std::string const& watch_key) {
    if (!good_[hub].contains(watch_key)) failing_[hub].insert(watch_key);
}

void hub_health::keep(std::set<std::string> const& watch_keys) {
    for (auto* const side : {&failing_, &good_}) {
        for (auto& [hub, keys] : *side)
            std::erase_if(keys, [&](std::string const& key) { return !watch_keys.contains(key); });
    }
}

hub_health::state hub_health::of(std::string const& hub, std::size_t configured) const {
    auto const count = [&](std::map<std::string, std::set<std::string>> const& side) {
        auto const found = side.find(hub);
        return found == side.end() ? std::size_t{0} : found->second.size();
    };
    return state{count(failing_), configured, count(good_)};
}

alerting::judgement hub_judgement(
    std::string const& hub, hub_health::state const& health, bool down, std::string const& last_error
) {
    alerting::judgement out;
    out.watch_key = "hub/" + hub;
    out.hub = hub;
    if (!down) return out;
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

alerting::judgement
poll_failing_judgement(watch const& target, std::string const& last_error, instant since) {
    auto out = judgement_about(target);
    out.covers = [](alert_kind kind) { return kind == alert_kind::poll_failing; };
    change what;
    what.kind = alert_kind::poll_failing;
    what.level = info(what.kind).level;
    what.subject = target.repo;
    what.summary = "not polled successfully since " + to_rfc3339(since);
    what.detail = "What is shown of this model is as old as that. The last error: " + last_error;
    what.evidence = {{"since", to_rfc3339(since)}};
    out.changes.push_back(std::move(what));
    return out;
}

} // namespace modelwatch
