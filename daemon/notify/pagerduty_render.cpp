#include "daemon/notify/pagerduty_render.hpp"

#include "daemon/model/text.hpp"
#include "daemon/notify/message_text.hpp"
#include "daemon/notify/safe_text.hpp"
#include "daemon/notify/story.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

namespace modelwatch::notify {

namespace {

constexpr std::size_t files_told = 50;
constexpr std::size_t longest_text = 64u << 10; // of a digest

std::string_view action_for(alert const& entry, message_type type) {
    if (type == message_type::resolved) return "resolve";
    return entry.state == alert_state::acknowledged ? "acknowledge" : "trigger";
}

/// The line that wakes somebody: what, where, whether production is affected, what to do first.
std::string summary_of(alert_text const& entry) {
    auto out = entry.title;
    if (!entry.tags.empty()) out += fmt::format(" [{}]", entry.tags);
    if (!entry.production.empty()) out += "; in production: " + entry.production;
    if (!entry.rating.empty()) out += "; rating: " + entry.rating;
    if (!entry.action.empty()) out += "; do now: " + entry.action;
    if (!entry.summary.empty()) out += "; " + entry.summary;
    return shortened(out, pagerduty_summary);
}

std::string field(std::string_view text) {
    return shortened(without_links(printable(text)), pagerduty_key);
}

std::string joined(std::vector<std::string> const& lines) {
    std::string out;
    for (auto const& line : lines)
        out += (out.empty() ? "" : "\n") + line;
    return out;
}

void put(json::object& into, std::string_view name, std::string const& text) {
    if (!text.empty()) into[name] = text;
}

json::object details_of(alert_text const& entry) {
    json::object out;
    put(out, "summary", entry.summary);
    put(out, "in_production", entry.production);
    put(out, "rating", entry.rating);
    put(out, "do_now", entry.action);
    put(out, "labels", entry.tags);
    put(out, "what_changed", joined(entry.detail));
    json::array files;
    for (auto const& file : entry.files)
        files.push_back(json::object{{"path", file.path}, {"was", file.before}, {"is", file.after}});
    if (!files.empty()) out["files"] = std::move(files);
    if (entry.files_left_out != 0) out["files_left_out"] = entry.files_left_out;
    put(out, "commit", entry.commits);
    put(out, "when_you_have_looked_at_it", joined(entry.commands));
    put(out, "times", entry.times);
    return out;
}

json::object alert_payload(alert const& source, message const& what, pagerduty_form form) {
    auto const entry = describe(source, what, files_told);
    auto const place = source.revision.empty() ? entry.place : entry.place + "@" + source.revision;
    json::object out;
    out["summary"] = summary_of(entry);
    out["source"] = field(place);
    out["severity"] = pagerduty_severity(source.what.level);
    out["timestamp"] = to_rfc3339(source.updated_at);
    out["class"] = entry.kind;
    put(out, "component", field(source.hub));
    put(out, "group", entry.tags);
    auto details = form == pagerduty_form::whole ? details_of(entry) : json::object{};
    details["alert"] = entry.id;
    details["more"] = "modelwatch alerts show " + shell_word(entry.id);
    out["custom_details"] = std::move(details);
    return out;
}

void put_links(json::object& into, std::vector<named_link> const& links) {
    json::array out;
    for (auto const& one : links)
        out.push_back(json::object{{"href", one.url}, {"text", one.label}});
    if (!out.empty()) into["links"] = std::move(out);
}

json::object text_payload(message const& what, pagerduty_form form) {
    json::object out;
    out["summary"] = subject_line(what, pagerduty_summary);
    out["source"] = "modelwatch";
    out["severity"] = "info";
    out["timestamp"] = to_rfc3339(what.created_at);
    out["class"] = to_string(what.type);
    if (form == pagerduty_form::whole)
        out["custom_details"] =
            json::object{{"text", joined(printable_lines(payload_text(what), longest_text))}};
    return out;
}

} // namespace

std::string_view pagerduty_severity(severity level) noexcept {
    switch (level) {
    case severity::critical:
        return "critical";
    case severity::high:
        return "error";
    case severity::medium:
        return "warning";
    default:
        return "info";
    }
}

std::vector<pagerduty_event> pagerduty_events(message const& what) {
    std::vector<pagerduty_event> out;
    for (auto const* one : worst_first(what.alerts)) {
        auto const id = shortened(printable(one->id), pagerduty_key);
        out.push_back({id, id, action_for(*one, what.type), one});
    }
    if (!out.empty()) return out;
    if (what.type == message_type::test) {
        auto const key = shortened("modelwatch-test-" + printable(what.id), pagerduty_key);
        return {{"test", key, "trigger", nullptr}, {"end-of-test", key, "resolve", nullptr}};
    }
    return {{"digest", "modelwatch-digest", "trigger", nullptr}};
}

std::string render_pagerduty(
    pagerduty_event const& event,
    message const& what,
    std::string_view routing_key,
    pagerduty_form form,
    reader const& whom
) {
    json::object body;
    body["routing_key"] = routing_key;
    body["event_action"] = event.action;
    body["dedup_key"] = event.dedup_key;
    if (event.action != "trigger") return to_line(body); // PagerDuty looks at the key alone
    body["client"] = "modelwatch";
    body["payload"] =
        event.about != nullptr ? alert_payload(*event.about, what, form) : text_payload(what, form);
    if (event.about != nullptr) put_links(body, links_of({{event.about}}, whom));
    return to_line(body);
}

} // namespace modelwatch::notify
