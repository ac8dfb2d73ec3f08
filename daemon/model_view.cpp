#include "daemon/model_view.hpp"

#include "daemon/alert_view.hpp"
#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"
#include "daemon/views.hpp"

#include <algorithm>
#include <set>

namespace modelwatch::views {

namespace {

constexpr std::size_t rows = 100;
constexpr std::size_t files_shown = 200;

/// The states that the form offers: each commit once, the newest first.
json::array states_of(storage::store& db, std::string const& key) {
    json::array out;
    std::set<std::string> seen;
    for (auto const& one : db.recorded_snapshots(key, rows)) {
        if (!seen.insert(one.commit).second) continue;
        out.push_back(json::object{{"commit", one.commit}, {"observed_at", to_rfc3339(one.observed_at)}});
    }
    return out;
}

json::array past_alerts_of(storage::store& db, std::string const& key) {
    auto history = db.alert_history(key, rows);
    std::erase_if(history, [](alert const& one) { return one.active(); });
    return alerts_of(history);
}

json::array deliveries_of(storage::store& db, std::string const& key) {
    json::array out;
    for (auto const& one : db.message_history(key, rows)) {
        auto row = message_of(db, one);
        std::set<std::string_view> kinds;
        for (auto const& entry : one.alerts)
            kinds.insert(to_string(entry.what.kind));
        json::array names;
        for (auto const kind : kinds)
            names.emplace_back(kind);
        row["kinds"] = std::move(names);
        out.push_back(std::move(row));
    }
    return out;
}

json::object without_files(std::string_view problem) {
    return {
        {"from", nullptr}, {"to", nullptr}, {"problem", problem}, {"omitted", 0}, {"files", json::array{}}
    };
}

/// Weights first, then what makes a loader do something else: what is left out of a long list is the rest.
void most_telling_first(std::vector<diff::file_difference>& files) {
    std::sort(files.begin(), files.end(), [](auto const& left, auto const& right) {
        return left.role != right.role ? left.role < right.role : left.path < right.path;
    });
}

} // namespace

json::object difference_of(storage::store& db, watch const& target, chosen_states const& chosen) {
    auto const key = target.key();
    auto const row = db.find_watch(key);
    if (!row || !row->latest) return without_files("Nothing is recorded yet.");
    std::optional<snapshot> from;
    if (!chosen.from.empty()) {
        from = db.find_snapshot(key, chosen.from);
    } else if (row->baseline && row->baseline->snapshot) {
        from = db.load_snapshot(*row->baseline->snapshot);
    }
    auto const to = chosen.to.empty() ? db.load_snapshot(*row->latest) : db.find_snapshot(key, chosen.to);
    if (!from && chosen.from.empty()) return without_files("The files of the baseline were never recorded.");
    if (!from || !to) {
        auto const& wanted = from ? chosen.to : chosen.from;
        return without_files("No state is recorded of commit " + shortened(printable(wanted), 60) + ".");
    }
    auto files = diff::compare_files(*from, *to);
    most_telling_first(files);
    auto const omitted = files.size() > files_shown ? files.size() - files_shown : 0;
    files.resize(files.size() - omitted);
    return {
        {"from", from->commit},
        {"to", to->commit},
        {"problem", nullptr},
        {"omitted", omitted},
        {"files", differences(db, files)}
    };
}

json::object whole_model(
    storage::store& db,
    judge_rules const& rules,
    watch const& target,
    json::object const& status,
    std::string const& url,
    chosen_states const& chosen,
    instant now
) {
    auto const key = target.key();
    auto const active = in_order(db.active_alerts(key));
    return {
        {"status", status},
        {"assessment", assessment_of(db, rules, target, url, now)},
        {"url", url},
        {"answers", first_answers(status, active, now)},
        {"counts", counts_text(active, now)},
        {"alerts", shown_alerts(active, now)},
        {"past_alerts", past_alerts_of(db, key)},
        {"commits", commits_of(db, key, rows)},
        {"events", events_of(db, key, rows)},
        {"states", states_of(db, key)},
        {"asked", json::object{{"from", chosen.from}, {"to", chosen.to}}},
        {"diff", difference_of(db, target, chosen)},
        {"messages", deliveries_of(db, key)}
    };
}

} // namespace modelwatch::views
