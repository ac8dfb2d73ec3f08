#include "daemon/model/silence.hpp"

#include "daemon/model/json_read.hpp"

namespace modelwatch {

std::string_view state_of(silence const& entry, instant now) noexcept {
    if (entry.ended_at) return "ended";
    return entry.in_force(now) ? "in-force" : "over";
}

std::string scope_of(silence const& entry) {
    std::string out = "repo " + entry.repo + ", kind " + entry.kind;
    for (auto const& [key, value] : entry.tags)
        out += ", label " + key + "=" + value;
    return out;
}

json::object to_json(silence const& entry, instant now) {
    json::object tags;
    for (auto const& [key, value] : entry.tags)
        tags[key] = value;
    json::object out{
        {"id", entry.id},
        {"state", state_of(entry, now)},
        {"repo", entry.repo},
        {"kind", entry.kind},
        {"labels", std::move(tags)},
        {"created_at", to_rfc3339(entry.created_at)},
        {"until", to_rfc3339(entry.until)},
        {"by", entry.by},
        {"reason", entry.reason}
    };
    if (entry.ended_at) {
        out["ended"] = json::object{
            {"at", to_rfc3339(*entry.ended_at)}, {"by", entry.ended_by}, {"reason", entry.end_reason}
        };
    }
    return out;
}

} // namespace modelwatch
