#include "daemon/http/page_alert.hpp"

#include "daemon/http/page_json.hpp"
#include "daemon/http/page_parts.hpp"
#include "daemon/http/target.hpp"
#include "daemon/model/text.hpp"

namespace modelwatch::http {

namespace {

constexpr auto yes = mustache::data::type::bool_true;

void put_state(json::object const& from, mustache::data& row) {
    put(row, "state", text_of(from, "state"));
    auto const& who = object_of(from, "acknowledged");
    put(row, "by", text_of(who, "by"));
    put(row, "reason", text_of(who, "reason"));
    auto const& silence = object_of(from, "silenced");
    put_time(row, "until", from_rfc3339(text_of(silence.empty() ? who : silence, "until")));
    put(row, "age", text_of(from, "age"));
    put_time(row, "opened", from_rfc3339(text_of(from, "opened_at")));
    put_time(row, "resolved", from_rfc3339(text_of(from, "resolved_at")));
    put(row, "resolution", text_of(from, "resolution"));
}

void put_steps(json::object const& from, mustache::data& row) {
    auto const& steps = list_of(from, "steps");
    put_list(row, "steps", steps, rows_of(steps, [](json::object const& step, mustache::data& line) {
                 put(line, "text", text_of(step, "text"));
                 put(line, "command", text_of(step, "command"));
                 if (flag_of(step, "only_after_review")) line.set("review", yes);
             }));
}

void put_links(json::object const& from, mustache::data& row) {
    if (auto const hub = text_of(from, "url"); is_web_address(hub)) put(row, "hub_href", hub);
    auto const repo = text_of(from, "repo");
    auto const mark = "#alert-" + escaped_segment(text_of(from, "id"));
    if (repo.empty()) {
        put(row, "alert_href", mark);
        return;
    }
    auto const page = model_address(repo, text_of(from, "revision"));
    put(row, "alert_href", page + mark);
    put(row, "diff_href", page + "#diff-title");
}

} // namespace

void put_alert(json::object const& from, mustache::data& row) {
    put(row, "id", text_of(from, "id"));
    put(row, "severity", class_of(text_of(from, "severity")));
    put(row, "kind", text_of(from, "kind"));
    put(row, "summary", text_of(from, "summary"));
    put_state(from, row);
    put_steps(from, row);
    put_links(from, row);
}

void add_alert_template(mustache::data& to) {
    static std::string const text = joined(alert_mustache());
    to.set("alert", mustache::data{mustache::partial{[] { return text; }}});
}

std::string model_address(std::string_view repo, std::string_view revision) {
    auto const slash = repo.find('/');
    auto out = "/models/" + escaped_segment(repo.substr(0, slash)) + "/" +
               escaped_segment(slash == std::string_view::npos ? "" : repo.substr(slash + 1));
    if (!revision.empty() && revision != "main") out += "?revision=" + escaped_segment(revision);
    return out;
}

bool is_web_address(std::string_view text) noexcept {
    return text.starts_with("https://") || text.starts_with("http://");
}

} // namespace modelwatch::http
