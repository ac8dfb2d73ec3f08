#include "daemon/plain_digest.hpp"

#include "daemon/model/text.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace modelwatch {

namespace {

constexpr std::size_t most_lines = 200;

void gravest_first(std::vector<alert>& alerts) {
    std::sort(alerts.begin(), alerts.end(), [](alert const& a, alert const& b) {
        if (a.what.level != b.what.level) return a.what.level > b.what.level;
        return a.opened_at != b.opened_at ? a.opened_at < b.opened_at : a.id < b.id;
    });
}

std::string line_of(alert const& entry, instant now) {
    auto const age = std::chrono::floor<std::chrono::seconds>(now - entry.opened_at);
    auto const state =
        entry.state == alert_state::open ? std::string{} : ", " + std::string{to_string(entry.state)};
    return fmt::format(
        "[{}] {}: {}: {} ({}{})",
        to_string(entry.what.level),
        printable(entry.repo.empty() ? entry.watch_key : entry.repo),
        to_string(entry.what.kind),
        shortened(printable(entry.what.summary), 300),
        to_words(age),
        state
    );
}

std::size_t count(std::vector<alert> const& alerts, alert_state state) {
    return static_cast<std::size_t>(std::count_if(alerts.begin(), alerts.end(), [&](alert const& entry) {
        return entry.state == state;
    }));
}

std::string headline(std::vector<alert> const& alerts) {
    if (alerts.empty()) return "all is well: no open alerts";
    return fmt::format(
        "{} open, {} acknowledged, {} silenced",
        counted(count(alerts, alert_state::open), "alert"),
        count(alerts, alert_state::acknowledged),
        count(alerts, alert_state::silenced)
    );
}

} // namespace

json::object plain_digest(storage::store& db, instant slot, instant now) {
    auto alerts = db.active_alerts({});
    gravest_first(alerts);
    auto text = headline(alerts) + "\n";
    json::array rows;
    for (auto const& entry : alerts) {
        if (rows.size() == most_lines) break;
        text += line_of(entry, now) + "\n";
        rows.push_back(to_json(entry));
    }
    if (alerts.size() > rows.size())
        text += fmt::format("and {} more: modelwatch alerts list\n", alerts.size() - rows.size());
    auto const day = to_rfc3339(slot).substr(0, 10);
    return {
        {"subject", "modelwatch digest " + day + ": " + headline(alerts)},
        {"text", std::move(text)},
        {"alerts", std::move(rows)}
    };
}

} // namespace modelwatch
