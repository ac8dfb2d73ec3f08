#include "daemon/model/alert_counts.hpp"

#include <algorithm>

namespace modelwatch {

namespace {

void append(std::string& to, std::string const& part) {
    to += (to.empty() ? "" : ", ") + part;
}

void add_end(alert_counts& to, instant end) {
    to.several_ends = to.several_ends || (to.silenced_until && *to.silenced_until != end);
    to.silenced_until = std::min(to.silenced_until.value_or(end), end);
}

} // namespace

void alert_counts::add(alert const& entry, instant now) {
    if (!entry.active()) return;
    if (entry.needs_attention(now)) {
        ++open;
        worst = std::max(worst.value_or(entry.what.level), entry.what.level);
    } else if (entry.state == alert_state::acknowledged) {
        ++acknowledged[static_cast<std::size_t>(entry.what.level)];
    } else {
        ++silenced;
        if (entry.hold) add_end(*this, entry.hold->until);
    }
}

void alert_counts::add(alert_counts const& others) {
    open += others.open;
    if (others.worst) worst = std::max(worst.value_or(*others.worst), *others.worst);
    for (std::size_t i = 0; i < acknowledged.size(); ++i)
        acknowledged[i] += others.acknowledged[i];
    silenced += others.silenced;
    if (others.silenced_until) add_end(*this, *others.silenced_until);
    several_ends = several_ends || others.several_ends;
}

bool alert_counts::empty() const noexcept {
    auto const none = [](std::size_t count) { return count == 0; };
    return open == 0 && silenced == 0 && std::all_of(acknowledged.begin(), acknowledged.end(), none);
}

alert_counts counts_of(std::span<alert const> alerts, instant now) {
    alert_counts out;
    for (auto const& entry : alerts)
        out.add(entry, now);
    return out;
}

std::string held_back_text(alert_counts const& counts, std::function<std::string(instant)> const& time) {
    std::string out;
    for (auto i = counts.acknowledged.size(); i-- > 0;) {
        if (counts.acknowledged[i] == 0) continue;
        auto const level = to_string(static_cast<severity>(i));
        append(out, std::to_string(counts.acknowledged[i]) + " acknowledged " + std::string{level});
    }
    if (counts.silenced == 0) return out;
    auto text = std::to_string(counts.silenced) + " silenced";
    if (counts.silenced_until)
        text += (counts.several_ends ? ", the first until " : " until ") + time(*counts.silenced_until);
    append(out, text);
    return out;
}

std::string to_text(alert_counts const& counts, std::function<std::string(instant)> const& time) {
    auto out = counts.open == 0 ? std::string{"none open"} : std::to_string(counts.open) + " open";
    if (auto const held = held_back_text(counts, time); !held.empty()) append(out, held);
    return out;
}

} // namespace modelwatch
