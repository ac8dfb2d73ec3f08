#pragma once

#include "daemon/alerting/passing_time.hpp"

#include <memory>
#include <string>
#include <vector>

namespace alerting_test {

using namespace modelwatch;
using namespace modelwatch::alerting;
using namespace std::chrono_literals;

inline instant const noon = *from_rfc3339("2026-11-22T12:00:00Z");

inline id_source counter() {
    auto next = std::make_shared<int>(0);
    return [next] { return "id-" + std::to_string(++*next); };
}

inline change replaced(std::vector<file_evidence> files, severity level = severity::high) {
    change c;
    c.kind = alert_kind::weights_replaced;
    c.level = level;
    c.subject = files.size() == 1 ? files[0].path : std::to_string(files.size()) + " files";
    c.files = std::move(files);
    return c;
}

inline change stale_for(long days) {
    change c;
    c.kind = alert_kind::stale;
    c.level = severity::medium;
    c.evidence = {{"days", days}};
    return c;
}

inline judgement about(std::vector<change> changes) {
    judgement j;
    j.watch_key = "hub/a/b@main";
    j.repo = "a/b";
    j.hub = "hub";
    j.tags = {{"env", "prod"}};
    j.changes = std::move(changes);
    return j;
}

inline rules one_notifier() {
    return {{{"ops", severity::info, {"*"}, {}}}, 24h * 7};
}

inline file_evidence const a_to_b{"model.safetensors", "aa", "bb", 1, 1};
inline file_evidence const a_to_c{"model.safetensors", "aa", "cc", 1, 1};
inline file_evidence const second{"model-2.safetensors", "dd", "ee", 1, 1};

/// A silence of the weights of "a/*", from an hour before noon on.
inline silence quiet_weights(instant until = noon + 2h) {
    silence out;
    out.id = "silence-1";
    out.repo = "a/*";
    out.kind = "weights-*";
    out.created_at = noon - 1h;
    out.until = until;
    out.by = "ann";
    out.reason = "planned";
    return out;
}

/// The alerts of one watch over several judgements, as a store would keep them.
class desk {
public:
    desk() = default;

    decision judge(std::vector<change> changes, instant now) {
        auto seen = about(std::move(changes));
        seen.silences = silences;
        return keep(decide(alerts, seen, how, now, ids_));
    }

    decision wait(instant now) { return keep(pass_time(alerts, silences, how, now)); }

    decision silence_with(silence entry) {
        silences.push_back(std::move(entry));
        return keep(begin_silence(alerts, silences, silences.back().created_at));
    }

    [[nodiscard]] alert const& last() const { return alerts.back(); }

    std::vector<alert> alerts;
    std::vector<silence> silences;
    rules how = one_notifier();

private:
    decision keep(decision made) {
        for (auto const& entry : made.touched) {
            auto const same = [&](alert const& old) { return old.id == entry.id; };
            auto const found = std::find_if(alerts.begin(), alerts.end(), same);
            if (found == alerts.end()) {
                alerts.push_back(entry);
            } else {
                *found = entry;
            }
        }
        return made;
    }

    id_source ids_ = counter();
};

} // namespace alerting_test
