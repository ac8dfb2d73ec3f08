// The rules of a SARIF document: every check and every policy.

#include "daemon/model/text.hpp"
#include "daemon/report/content.hpp"
#include "daemon/report/sarif_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modelwatch::report {

namespace {

gravity by_points(int points) noexcept {
    if (points >= 100) return {"error", 9.5};
    if (points >= 60) return {"error", 8.0};
    if (points >= 40) return {"error", 7.0};
    if (points >= 30) return {"warning", 5.5};
    if (points >= 20) return {"warning", 4.0};
    return {points > 0 ? "note" : "none", points > 0 ? 2.0 : 0.0};
}

/// "access-gating" -> "AccessGating".
std::string rule_name(std::string_view id) {
    std::string out;
    for (auto const part : split(id, '-')) {
        if (part.empty()) continue;
        out += static_cast<char>(part[0] >= 'a' && part[0] <= 'z' ? part[0] - 'a' + 'A' : part[0]);
        out += part.substr(1);
    }
    return out;
}

void add_tags(json::array& out, std::string_view prefix, std::string_view words) {
    for (auto const word : split(words, ' ')) {
        if (!word.empty()) out.emplace_back(std::string{prefix} + std::string{word});
    }
}

int most_points(assess::check_info const& about) noexcept {
    int out = 0;
    for (auto const& outcome : about.outcomes)
        out = std::max(out, outcome.points);
    return out;
}

std::string help_markdown(assess::check_info const& about) {
    std::string out =
        fmt::format("{}\n\n{}\n\n| outcome | points | |\n|---|---|---|\n", about.why, about.remediation);
    for (auto const& outcome : about.outcomes)
        out += fmt::format("| {} | {} | {} |\n", outcome.name, outcome.points, outcome.meaning);
    return out;
}

gravity worst_of(assess::check_info const& about) noexcept {
    return by_points(most_points(about));
}

json::object rule_of(assess::check_info const& about, gravity const& how) {
    auto const help = std::string{about.why} + " " + std::string{about.remediation};
    return {
        {"id", about.name},
        {"name", rule_name(about.name)},
        {"shortDescription", json::object{{"text", about.question}}},
        {"fullDescription", json::object{{"text", about.why}}},
        {"help", json::object{{"text", help}, {"markdown", help_markdown(about)}}},
        {"defaultConfiguration", json::object{{"level", how.level}}},
        {"properties",
         json::object{
             {"tags", sarif_tags(about)},
             {"security-severity", security_text(how)},
             {"dimension", assess::to_string(about.about)},
             {"principal", about.principal}
         }},
    };
}

json::object rule_of(assess::policy_info const& about, gravity const& how) {
    json::array tags{"security", "ai-supply-chain", "policy"};
    add_tags(tags, "recommendation/", about.recommendations);
    return {
        {"id", about.id},
        {"name", rule_name(about.id)},
        {"shortDescription", json::object{{"text", about.meaning}}},
        {"fullDescription", json::object{{"text", about.meaning}}},
        {"help",
         json::object{{"text", fmt::format("`modelwatch explain {}` tells what it asks for.", about.id)}}},
        {"defaultConfiguration", json::object{{"level", how.level}}},
        {"properties", json::object{{"tags", std::move(tags)}, {"security-severity", security_text(how)}}},
    };
}

gravity of_policy(subject const& model, std::string_view id) {
    auto const found = std::find_if(model.policy.begin(), model.policy.end(), [&](auto const& one) {
        return one.id == id && is_policy_result(one);
    });
    return found == model.policy.end() ? by_points(40) : gravity_of(*found);
}

} // namespace

gravity gravity_of(assess::finding const& one) noexcept {
    bool const code = one.check == assess::check_id::format_custom_code;
    if (code && one.outcome->name == "implicit") return {"error", 9.0};
    if (code && one.outcome->name == "automap") return {"error", 7.5};
    return by_points(one.points);
}

gravity gravity_of(assess::policy_verdict const& one) noexcept {
    if (one.accepted_until) return {"note", 2.0};
    if (one.value == assess::verdict::warn) return one.asked ? gravity{"warning", 4.0} : gravity{"note", 2.0};
    return one.asked ? gravity{"error", 8.0} : gravity{"warning", 5.5};
}

std::string security_text(gravity const& how) {
    return fmt::format("{:.1f}", how.security);
}

bool is_policy_result(assess::policy_verdict const& one) noexcept {
    return one.value == assess::verdict::fail;
}

std::optional<std::size_t> sarif_rule_index(std::string_view policy) noexcept {
    auto const all = assess::policies();
    auto const found =
        std::find_if(all.begin(), all.end(), [&](auto const& row) { return row.id == policy; });
    if (found == all.end()) return std::nullopt;
    return assess::check_count + static_cast<std::size_t>(found - all.begin());
}

json::array sarif_tags(assess::check_info const& about) {
    json::array out{"security", "ai-supply-chain", assess::to_string(about.about)};
    add_tags(out, "theme/", about.themes);
    add_tags(out, "recommendation/", about.recommendations);
    add_tags(out, "owasp/", about.owasp);
    add_tags(out, "atlas/", about.atlas);
    add_tags(out, "framework/", about.frameworks);
    return out;
}

json::array sarif_rules(subject const& model) {
    json::array out;
    for (auto const& about : assess::checks()) {
        auto const& found = model.rating.of(about.id);
        out.push_back(rule_of(about, found.points > 0 ? gravity_of(found) : worst_of(about)));
    }
    for (auto const& about : assess::policies())
        out.push_back(rule_of(about, of_policy(model, about.id)));
    return out;
}

} // namespace modelwatch::report
