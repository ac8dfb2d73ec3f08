#include "daemon/http/page.hpp"
#include "daemon/http/page_layout.hpp"
#include "daemon/http/page_parts.hpp"
#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modelwatch::http {

namespace {

constexpr std::size_t most_rows = 200;

json::object const& object_of(json::object const& in, std::string_view key) {
    static json::object const none;
    auto const* const found = in.if_contains(key);
    return found != nullptr && found->is_object() ? found->get_object() : none;
}

json::array const& list_of(json::object const& in, std::string_view key) {
    static json::array const none;
    auto const* const found = in.if_contains(key);
    return found != nullptr && found->is_array() ? found->get_array() : none;
}

std::string number_text(json::object const& in, std::string_view key) {
    auto const* const found = in.if_contains(key);
    if (found == nullptr || !found->is_number()) return {};
    if (found->is_double()) return fmt::format("{:.1f}", found->get_double());
    return std::to_string(found->to_number<std::int64_t>());
}

/// A share as per cent.
std::string percent_text(json::object const& in, std::string_view key) {
    auto const* const found = in.if_contains(key);
    if (found == nullptr || !found->is_number()) return {};
    return fmt::format("{:.0f} %", found->to_number<double>() * 100);
}

std::string class_of(std::string_view word) {
    auto out = lower(word);
    std::erase_if(out, [](char c) { return (c < 'a' || c > 'z') && c != '-'; });
    return out;
}

template <class Make>
mustache::data rows_of(json::array const& from, Make make) {
    mustache::data out{mustache::data::type::list};
    std::size_t count = 0;
    for (auto const& item : from) {
        if (!item.is_object() || ++count > most_rows) continue;
        mustache::data row;
        make(item.get_object(), row);
        out.push_back(row);
    }
    return out;
}

void put_list(
    mustache::data& to, std::string const& name, json::array const& from, mustache::data const& rows
) {
    to.set(name, rows);
    to.set("has_" + name, from.empty() ? mustache::data::type::bool_false : mustache::data::type::bool_true);
}

void add_facts(mustache::data& to, json::object const& status) {
    mustache::data list{mustache::data::type::list};
    auto const add = [&](std::string_view name, std::string_view value, std::string_view mark = {}) {
        mustache::data one;
        one.set("name", std::string{name});
        one.set("value", value.empty() ? "unknown" : printable(value));
        if (!mark.empty()) one.set("mark", class_of(mark));
        list.push_back(one);
    };
    add("Standing", text_of(status, "standing"), text_of(status, "standing") == "present" ? "" : "high");
    add("Staleness", text_of(status, "staleness"), text_of(status, "staleness"));
    add("Baseline", text_of(status, "baseline_commit"));
    add("Upstream", text_of(status, "commit"));
    auto const deployed = text_of(status, "deployed_commit");
    add("Deployed", deployed.empty() ? "not configured" : deployed);
    add("Last commit", text_of(status, "last_commit_at"));
    add("Last good poll", text_of(status, "last_success_at"));
    if (auto const error = text_of(status, "last_error"); !error.empty()) add("Last error", error, "high");
    to.set("facts", list);
}

void add_alerts(mustache::data& to, json::array const& alerts) {
    auto const rows = rows_of(alerts, [](json::object const& from, mustache::data& row) {
        put(row, "severity", class_of(text_of(from, "severity")));
        put(row, "kind", text_of(from, "kind"));
        put(row, "summary", text_of(from, "summary"));
        put(row, "state", text_of(from, "state"));
        put(row, "action", text_of(from, "action"));
        put_time(row, "opened", from_rfc3339(text_of(from, "opened_at")));
    });
    put_list(to, "alerts", alerts, rows);
}

/// What cost points comes first and is what a reader needs; the rest is there too.
mustache::data findings_of(json::object const& dimension) {
    auto const& from = list_of(dimension, "findings");
    return rows_of(from, [](json::object const& finding, mustache::data& row) {
        put(row, "check", text_of(finding, "check"));
        put(row, "outcome", text_of(finding, "outcome"));
        auto const points = number_text(finding, "points");
        put(row, "points", points);
        put(row, "evidence", text_of(finding, "evidence"));
        if (points != "0") put(row, "remediation", text_of(finding, "remediation"));
    });
}

void add_assessment(mustache::data& to, json::object const& from) {
    if (from.empty()) return;
    to.set("assessed", mustache::data::type::bool_true);
    put(to, "rating", text_of(from, "rating"));
    put(to, "score", number_text(from, "score"));
    put(to, "disposition", text_of(from, "disposition"));
    put(to, "rubric", text_of(from, "rubric"));
    put(to, "vector", text_of(from, "vector"));
    put(to, "confidence", percent_text(from, "confidence"));
    std::string floors;
    for (auto const& one : list_of(from, "floors")) {
        if (one.is_string()) floors += (floors.empty() ? "" : ", ") + std::string{one.get_string()};
    }
    put(to, "floors", floors.empty() ? "none" : floors);
    auto const& dimensions = list_of(from, "dimensions");
    to.set("dimensions", rows_of(dimensions, [](json::object const& one, mustache::data& row) {
               auto const level = text_of(one, "level");
               auto const id = std::string{text_of(one, "id")};
               put(row, "name", text_of(one, "title").empty() ? std::string_view{id} : text_of(one, "title"));
               put(row, "level", level);
               put(row, "mark", class_of(level));
               put(row, "score", number_text(one, "score"));
               put(row, "weight", percent_text(one, "weight"));
               row.set("findings", findings_of(one));
               bool const bad = level != "Low";
               row.set("open", bad ? mustache::data::type::bool_true : mustache::data::type::bool_false);
           }));
    auto const& policy = list_of(from, "policy");
    put_list(to, "policy", policy, rows_of(policy, [](json::object const& one, mustache::data& row) {
                 put(row, "id", text_of(one, "id"));
                 put(row, "verdict", text_of(one, "verdict"));
                 put(row, "mark", class_of(text_of(one, "verdict").substr(0, 4)));
                 put(row, "why", text_of(one, "why"));
             }));
}

void add_commits(mustache::data& to, json::array const& commits, json::object const& status) {
    auto const baseline = text_of(status, "baseline_commit");
    auto const deployed = text_of(status, "deployed_commit");
    auto const upstream = text_of(status, "commit");
    put_list(to, "commits", commits, rows_of(commits, [&](json::object const& from, mustache::data& row) {
                 auto const id = text_of(from, "id");
                 std::string note;
                 if (id == upstream) note += "upstream ";
                 if (id == baseline) note += "baseline ";
                 if (id == deployed) note += "deployed ";
                 put(row, "id", short_commit(id));
                 put(row, "title", text_of(from, "title"));
                 put_time(row, "date", from_rfc3339(text_of(from, "date")));
                 put(row, "note", trimmed(note));
                 put(row, "mark", note.empty() ? "" : "current");
             }));
}

std::string content_text(json::object const& file, std::string_view hash, std::string_view size) {
    auto const sha = text_of(file, hash);
    auto const* const bytes = file.if_contains(size);
    if (bytes == nullptr || bytes->is_null()) return "not there";
    auto const length = human_size(bytes->to_number<std::uint64_t>());
    return sha.empty() ? length : std::string{sha.substr(0, 16)} + "… " + length;
}

void add_files(mustache::data& to, json::array const& files) {
    put_list(to, "files", files, rows_of(files, [](json::object const& from, mustache::data& row) {
                 put(row, "path", text_of(from, "path"));
                 put(row, "change", text_of(from, "change"));
                 put(row, "role", text_of(from, "role"));
                 put(row, "old", content_text(from, "old_sha256", "old_size"));
                 put(row, "new", content_text(from, "new_sha256", "new_size"));
                 std::string text;
                 for (auto const line : split(text_of(from, "text_diff"), '\n'))
                     text += printable(line) + "\n";
                 if (text.size() > 1) row.set("text", text);
             }));
}

void add_history(mustache::data& to, json::object const& model) {
    to.set("events", rows_of(list_of(model, "events"), [](json::object const& from, mustache::data& row) {
               put_time(row, "at", from_rfc3339(text_of(from, "at")));
               put(row, "what", text_of(from, "what"));
               put(row, "text", text_of(from, "text"));
           }));
    auto const& messages = list_of(model, "messages");
    put_list(to, "deliveries", messages, rows_of(messages, [](json::object const& from, mustache::data& row) {
                 put(row, "notifier", text_of(from, "notifier"));
                 put(row, "type", text_of(from, "type"));
                 put(row, "state", text_of(from, "state"));
                 put(row, "attempts", number_text(from, "attempts"));
                 put(row, "answer", text_of(from, "last_answer"));
             }));
}

bool is_web_address(std::string_view text) {
    return text.starts_with("https://") || text.starts_with("http://");
}

} // namespace

response model_page(json::object const& model, page_frame const& frame) {
    static mustache::mustache body{joined(model_mustache())};
    auto const& status = object_of(model, "status");
    auto const repo = printable(text_of(status, "repo"));
    mustache::data data;
    put(data, "repo", repo);
    if (text_of(status, "revision") != "main") put(data, "revision", text_of(status, "revision"));
    mustache::data labels{mustache::data::type::list};
    for (auto const& [key, value] : object_of(status, "labels")) {
        mustache::data one;
        put(one, "labels", std::string{key} + "=" + (value.is_string() ? std::string{value.get_string()} : "")
        );
        labels.push_back(one);
    }
    data.set("labels", labels);
    if (auto const url = text_of(model, "url"); is_web_address(url)) put(data, "web", url);
    data.set("rating", "not assessed");
    add_facts(data, status);
    add_alerts(data, list_of(model, "alerts"));
    add_assessment(data, object_of(model, "assessment"));
    add_commits(data, list_of(model, "commits"), status);
    add_files(data, list_of(model, "files"));
    add_history(data, model);
    return framed(repo + " · modelwatch", body.render(data), frame);
}

} // namespace modelwatch::http
