#include "daemon/model/alert.hpp"

#include "daemon/model/json_read.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace modelwatch {

namespace {

constexpr std::array<std::string_view, 4> state_names{"open", "acknowledged", "silenced", "resolved"};

json::object evidence_of(change const& what) {
    json::object out = what.evidence;
    if (what.files.empty()) return out;
    json::array files;
    files.reserve(what.files.size());
    for (auto const& file : what.files)
        files.push_back(to_json(file));
    out["files"] = std::move(files);
    return out;
}

file_evidence file_from_json(json::object const& object) {
    return {
        std::string{text_of(object, "path")},
        std::string{text_of(object, "old_sha256")},
        std::string{text_of(object, "new_sha256")},
        number_of(object, "old_size"),
        number_of(object, "new_size")
    };
}

json::object labels_to_json(labels const& tags) {
    json::object out;
    for (auto const& [key, value] : tags)
        out[key] = value;
    return out;
}

labels labels_from_json(json::object const& object) {
    labels out;
    auto const* const found = object.if_contains("labels");
    if (found == nullptr || !found->is_object()) return out;
    for (auto const& member : found->get_object())
        out[std::string{member.key()}] = std::string{member.value().as_string()};
    return out;
}

change change_from_json(json::object const& object) {
    change out;
    auto const kind = parse_alert_kind(text_of(object, "kind"));
    auto const level = parse_severity(text_of(object, "severity"));
    if (!kind || !level) throw std::invalid_argument("not an alert: kind or severity");
    out.kind = *kind;
    out.level = *level;
    out.dedupe = text_of(object, "dedupe");
    out.subject = text_of(object, "subject");
    out.summary = text_of(object, "summary");
    out.detail = text_of(object, "detail");
    out.action = text_of(object, "action");
    out.baseline_commit = text_of(object, "baseline_commit");
    out.commit = text_of(object, "commit");
    out.evidence = object.at("evidence").as_object();
    if (auto const* const files = out.evidence.if_contains("files")) {
        for (auto const& item : files->as_array())
            out.files.push_back(file_from_json(item.as_object()));
        out.evidence.erase("files");
    }
    return out;
}

} // namespace

std::string_view to_string(alert_state state) noexcept {
    return state_names[static_cast<std::size_t>(state)];
}

alert_state parse_alert_state(std::string_view text) {
    auto const found = std::find(state_names.begin(), state_names.end(), text);
    if (found == state_names.end()) throw std::invalid_argument("not an alert state: " + std::string{text});
    return static_cast<alert_state>(found - state_names.begin());
}

json::object to_json(file_evidence const& file) {
    return {
        {"path", file.path},
        {"old_sha256", or_null(file.old_sha256)},
        {"new_sha256", or_null(file.new_sha256)},
        {"old_size", or_null(file.old_size)},
        {"new_size", or_null(file.new_size)}
    };
}

json::object to_json(alert const& entry) {
    json::object out{
        {"id", entry.id},
        {"kind", to_string(entry.what.kind)},
        {"severity", to_string(entry.what.level)},
        {"state", to_string(entry.state)},
        {"repo", or_null(entry.repo)},
        {"hub", entry.hub},
        {"revision", or_null(entry.revision)},
        {"labels", labels_to_json(entry.tags)},
        {"subject", entry.what.subject},
        {"summary", entry.what.summary},
        {"detail", entry.what.detail},
        {"action", entry.what.action.empty() ? info(entry.what.kind).action : entry.what.action},
        {"baseline_commit", or_null(entry.what.baseline_commit)},
        {"commit", or_null(entry.what.commit)},
        {"url", or_null(entry.url)},
        {"evidence", evidence_of(entry.what)},
        {"opened_at", to_rfc3339(entry.opened_at)},
        {"updated_at", to_rfc3339(entry.updated_at)},
        {"resolved_at", or_null(entry.resolved_at)}
    };
    if (!entry.what.dedupe.empty()) out["dedupe"] = entry.what.dedupe;
    if (!entry.acknowledged_by.empty()) {
        out["acknowledged"] = json::object{
            {"by", entry.acknowledged_by},
            {"reason", entry.acknowledged_reason},
            {"until", or_null(entry.acknowledged_until)}
        };
    }
    if (!entry.resolution.empty()) out["resolution"] = entry.resolution;
    // Only where it says something: of the first look, or for nobody who is configured.
    if (entry.state == alert_state::open && !entry.announced) out["announced"] = false;
    if (entry.state == alert_state::silenced && entry.hold) {
        out["silenced"] =
            json::object{{"silence", entry.hold->silence}, {"until", to_rfc3339(entry.hold->until)}};
    }
    if (entry.flapping()) {
        out["flapping"] =
            json::object{{"openings", entry.openings}, {"absent_since", or_null(entry.absent_since)}};
    }
    return out;
}

alert alert_from_json(json::object const& object) {
    alert out;
    out.what = change_from_json(object);
    out.id = text_of(object, "id");
    out.state = parse_alert_state(text_of(object, "state"));
    out.repo = text_of(object, "repo");
    out.hub = text_of(object, "hub");
    out.revision = text_of(object, "revision");
    out.tags = labels_from_json(object);
    out.url = text_of(object, "url");
    out.opened_at = instant_of(object, "opened_at").value_or(instant{});
    out.updated_at = instant_of(object, "updated_at").value_or(instant{});
    out.resolved_at = instant_of(object, "resolved_at");
    if (auto const* const known = object.if_contains("acknowledged")) {
        auto const& by = known->as_object();
        out.acknowledged_by = text_of(by, "by");
        out.acknowledged_reason = text_of(by, "reason");
        out.acknowledged_until = instant_of(by, "until");
    }
    out.resolution = text_of(object, "resolution");
    out.announced = object.if_contains("announced") == nullptr;
    if (auto const* const known = object.if_contains("flapping")) {
        auto const& flaps = known->as_object();
        out.openings = static_cast<unsigned>(number_of(flaps, "openings").value_or(1));
        out.absent_since = instant_of(flaps, "absent_since");
    }
    return out;
}

} // namespace modelwatch
