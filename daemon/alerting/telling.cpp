#include "daemon/alerting/telling.hpp"

namespace modelwatch::alerting {

void tell(decision& out, message_type type, rules const& how, std::string const& not_to, instant now) {
    auto& entry = out.touched.back();
    entry.untold = false;
    for (auto const& rule : how.notifiers) {
        bool const itself = rule.name == not_to || entry.watch_key == "notifier/" + rule.name;
        if (itself || !rule.takes(entry)) continue;
        out.tell.push_back({rule.name, type, out.touched.size() - 1});
        entry.announced = true;
        entry.last_sent_at = now;
    }
}

void close(
    decision& out, alert entry, std::string why, rules const& how, std::string const& not_to, instant now
) {
    bool const held = entry.state == alert_state::silenced && entry.hold && now < entry.hold->until;
    bool const audible = entry.announced && !held;
    entry.state = alert_state::resolved;
    entry.resolved_at = now;
    entry.updated_at = now;
    entry.resolution = std::move(why);
    entry.absent_since.reset();
    entry.untold = held && entry.announced;
    if (!held) entry.hold.reset();
    out.touched.push_back(std::move(entry));
    out.happened.push_back(out.touched.size() - 1);
    if (audible) tell(out, message_type::resolved, how, not_to, now);
}

} // namespace modelwatch::alerting
