#include "daemon/http/page.hpp"
#include "daemon/http/page_alert.hpp"
#include "daemon/http/page_course.hpp"
#include "daemon/http/page_parts.hpp"
#include "daemon/http/target.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>

namespace modelwatch::http {

namespace {

std::string minute_text(std::string_view rfc3339) {
    if (rfc3339.size() < 16) return {};
    return std::string{rfc3339.substr(0, 10)} + " " + std::string{rfc3339.substr(11, 5)} + " UTC";
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
    auto const deployed_age = text_of(status, "deployed_staleness");
    add("Upstream is", text_of(status, "upstream_staleness"), text_of(status, "upstream_staleness"));
    add("Deployed is", deployed_age.empty() ? "not configured" : deployed_age, deployed_age);
    add("Baseline commit", text_of(status, "baseline_commit"));
    add("Upstream commit", text_of(status, "commit"));
    auto const deployed = text_of(status, "deployed_commit");
    add("Deployed commit", deployed.empty() ? "not configured" : deployed);
    add("Last commit", minute_text(text_of(status, "last_commit_at")));
    add("Last good poll", minute_text(text_of(status, "last_success_at")));
    if (auto const error = text_of(status, "last_error"); !error.empty()) add("Last error", error, "high");
    to.set("facts", list);
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
    to.set("rating_mark", class_of(text_of(from, "rating")));
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

/// The newest commit that nobody has accepted, rated beside the one that is trusted.
void add_head(mustache::data& to, json::object const& head) {
    if (head.empty()) return;
    mustache::data one;
    put(one, "commit", text_of(head, "commit").substr(0, 12));
    put(one, "rating", text_of(head, "rating"));
    one.set("mark", class_of(text_of(head, "rating")));
    put(one, "score", number_text(head, "score"));
    to.set("head", one);
}

/// What the first screen has to answer: what is wrong, is production affected, what now.
void add_answers(mustache::data& to, json::object const& answers) {
    if (answers.empty()) return;
    to.set("answered", mustache::data::type::bool_true);
    auto const& wrong = object_of(answers, "wrong");
    put(to, "wrong", text_of(wrong, "text"));
    put(to, "wrong_kind", text_of(wrong, "kind"));
    put(to, "wrong_severity", class_of(text_of(wrong, "severity")));
    put(to, "wrong_mark", class_of(text_of(wrong, "mark")));
    to.set("wrong_href", "#alert-" + escaped_segment(text_of(wrong, "id")));
    put(to, "note", text_of(answers, "note"));
    auto const& production = object_of(answers, "production");
    put(to, "production", text_of(production, "text"));
    put(to, "production_mark", class_of(text_of(production, "mark")));
    put(to, "now", text_of(answers, "now"));
}

} // namespace

response model_page(json::object const& model, page_frame const& frame) {
    static mustache::mustache body{joined(model_mustache())};
    auto const& status = object_of(model, "status");
    auto const repo = printable(text_of(status, "repo"));
    mustache::data data;
    put(data, "repo", repo);
    put(data, "raw_revision", text_of(status, "revision"));
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
    alerts_view shown;
    shown.repo = std::string{text_of(status, "repo")} + "@" + std::string{text_of(status, "revision")};
    data.set("alerts_href", address_of(shown));
    add_answers(data, object_of(model, "answers"));
    add_facts(data, status);
    add_assessment(data, object_of(model, "assessment"));
    add_head(data, object_of(status, "head"));
    add_timeline(data, list_of(model, "commits"), status);
    add_difference(data, model);
    add_history(data, model);
    return framed(repo + " · modelwatch", body.render(data), frame);
}

} // namespace modelwatch::http
