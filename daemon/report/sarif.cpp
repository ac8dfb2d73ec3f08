#include "daemon/model/digest.hpp"
#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"
#include "daemon/report/content.hpp"
#include "daemon/report/markup.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modelwatch::report {

namespace {

constexpr std::string_view schema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
constexpr std::string_view base_id = "REPO";
constexpr std::string_view card = "README.md";

/// By points, like the tiers of assess.md 2.1: from major on an error.
std::string_view level_of(int points) noexcept {
    return points >= 40 ? "error" : points >= 20 ? "warning" : points > 0 ? "note" : "none";
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

json::array tags_of(assess::check_info const& about) {
    json::array out{"security", "ai-supply-chain", assess::to_string(about.about)};
    add_tags(out, "theme/", about.themes);
    add_tags(out, "recommendation/", about.recommendations);
    add_tags(out, "owasp/", about.owasp);
    add_tags(out, "atlas/", about.atlas);
    add_tags(out, "framework/", about.frameworks);
    return out;
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

json::object rule_of(assess::check_info const& about) {
    auto const help = std::string{about.why} + " " + std::string{about.remediation};
    return {
        {"id", about.name},
        {"name", rule_name(about.name)},
        {"shortDescription", json::object{{"text", about.question}}},
        {"fullDescription", json::object{{"text", about.why}}},
        {"help", json::object{{"text", help}, {"markdown", help_markdown(about)}}},
        {"defaultConfiguration", json::object{{"level", level_of(most_points(about))}}},
        {"properties",
         json::object{
             {"tags", tags_of(about)},
             {"dimension", assess::to_string(about.about)},
             {"principal", about.principal}
         }},
    };
}

json::object driver_of(std::string_view version) {
    json::array rules;
    for (auto const& about : assess::checks())
        rules.push_back(rule_of(about));
    json::object out{{"name", "modelwatch"}, {"rules", std::move(rules)}};
    if (!version.empty()) out["version"] = version;
    return out;
}

/// Files of the repo that a finding is about; none: it is about the repo.
std::vector<std::string> files_of(subject const& model, assess::check_id check) {
    auto const& files = model.facts.format;
    switch (check) {
    case assess::check_id::format_weights:
        return files.risky;
    case assess::check_id::format_custom_code:
        if (!model.facts.reached.empty()) {
            auto const& by = model.facts.reached.front().by;
            return {by.substr(0, by.find("#/"))};
        }
        if (files.python_example.empty()) return {};
        return {files.python_example};
    case assess::check_id::license_class:
    case assess::check_id::license_consistency:
        return {std::string{card}};
    default:
        return {};
    }
}

/// Relative to the repo: code hosts refuse every location that has a scheme of its own.
json::object location(subject const& model, std::string_view file) {
    json::object artifact{{"uri", percent_encoded(file, "/")}, {"uriBaseId", base_id}};
    auto const name = printable(model.rating.repo());
    return {
        {"physicalLocation", json::object{{"artifactLocation", std::move(artifact)}}},
        {"logicalLocations", json::array{json::object{{"fullyQualifiedName", name}, {"kind", "module"}}}},
    };
}

json::array locations_of(subject const& model, assess::check_id check) {
    json::array out;
    for (auto const& file : files_of(model, check))
        out.push_back(location(model, file));
    if (out.empty()) out.push_back(location(model, card)); // about the repo as a whole
    return out;
}

json::object result_of(subject const& model, assess::finding const& one) {
    auto const& about = assess::info(one.check);
    auto const text = fmt::format(
        "{}: {} ({}).", printable(model.rating.repo()), one.outcome->meaning, printable(one.evidence.text())
    );
    // The same finding of the same model stays the same result, whatever the commit.
    auto const identity =
        fmt::format("{}/{}/{}/{}", model.rating.hub(), model.rating.repo(), about.name, one.outcome->name);
    return {
        {"ruleId", about.name},
        {"ruleIndex", static_cast<std::size_t>(one.check)},
        {"kind", "fail"},
        {"level", level_of(one.points)},
        {"rank", one.points},
        {"message", json::object{{"text", text}}},
        {"locations", locations_of(model, one.check)},
        {"partialFingerprints", json::object{{"modelwatch/v1", sha256_hex(identity)}}},
        {"properties",
         json::object{
             {"points", one.points},
             {"outcome", one.outcome->name},
             {"state", state_name(one.state())},
             {"dimension", assess::to_string(about.about)},
             {"evidence", printable(one.evidence.text())},
             {"remediation", about.remediation},
             {"tags", tags_of(about)}
         }},
    };
}

json::object properties_of(subject const& model) {
    auto const& rating = model.rating;
    json::array policy;
    for (auto const& one : model.policy)
        policy.push_back(json::object{
            {"id", printable(one.id)}, {"verdict", printable(verdict_text(one))}, {"why", printable(one.why)}
        });
    return {
        {"repo", printable(rating.repo())},
        {"commit", printable(rating.commit())},
        {"purl", package_url(model)},
        {"rating", assess::to_string(rating.rating())},
        {"score", rating.score()},
        {"confidence", rating.confidence()},
        {"provisional", rating.provisional()},
        {"staleness", assess::to_string(rating.age())},
        {"rubric", rating.rubric_label()},
        {"vector", printable(rating.vector())},
        {"evidenceAt", to_rfc3339(rating.evidence_at())},
        {"disposition", rating.disposition()},
        {"policy", std::move(policy)},
    };
}

/// Where the files are: the repo at the commit that was looked at. The base has no address of its own,
/// because code hosts put it before each location and then refuse what is not in their checkout.
void add_provenance(json::object& run, subject const& model) {
    auto const& rating = model.rating;
    auto const about = fmt::format("the files of {}", package_url(model));
    json::object const base{{"description", json::object{{"text", about}}}};
    run["originalUriBaseIds"] = json::object{{base_id, base}};
    auto const url = safe_url(model.web_url);
    if (url.empty()) return;
    json::object where{{"repositoryUri", url}};
    if (!rating.commit().empty()) where["revisionId"] = printable(rating.commit());
    if (!rating.revision().empty()) where["branch"] = printable(rating.revision());
    run["versionControlProvenance"] = json::array{std::move(where)};
}

json::object run_of(subject const& model, std::string_view version) {
    auto const& rating = model.rating;
    json::array results;
    for (auto const& result : rating.results()) {
        for (auto const& one : result.findings) {
            if (one.points > 0) results.push_back(result_of(model, one));
        }
    }
    auto const id = fmt::format("modelwatch/{}/{}/", printable(rating.repo()), printable(rating.revision()));
    json::object run{
        {"tool", json::object{{"driver", driver_of(version)}}},
        {"automationDetails", json::object{{"id", id}}},
        {"invocations",
         json::array{
             json::object{{"executionSuccessful", true}, {"endTimeUtc", to_rfc3339(rating.assessed_at())}}
         }},
        {"columnKind", "utf16CodeUnits"},
        {"results", std::move(results)},
        {"properties", properties_of(model)},
    };
    add_provenance(run, model);
    return run;
}

} // namespace

json::object sarif(std::span<subject const> models, std::string_view version) {
    json::array runs;
    for (auto const& model : models)
        runs.push_back(run_of(model, version));
    return {{"$schema", schema}, {"version", "2.1.0"}, {"runs", std::move(runs)}};
}

} // namespace modelwatch::report
