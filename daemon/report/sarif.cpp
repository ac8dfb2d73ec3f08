#include "daemon/model/digest.hpp"
#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"
#include "daemon/report/content.hpp"
#include "daemon/report/markup.hpp"
#include "daemon/report/sarif_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modelwatch::report {

namespace {

constexpr std::string_view schema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
constexpr std::string_view base_id = "REPO";
constexpr std::string_view card = "README.md";

json::object driver_of(subject const& model, std::string_view version) {
    json::object out{{"name", "modelwatch"}, {"rules", sarif_rules(model)}};
    if (!version.empty()) out["version"] = version;
    return out;
}

/// The configuration files that lead a loader to code, each once.
std::vector<std::string> files_that_reach(std::vector<reach> const& reached) {
    std::vector<std::string> out;
    for (auto const& one : reached) {
        auto file = one.by.substr(0, one.by.find("#/"));
        if (std::find(out.begin(), out.end(), file) == out.end()) out.push_back(std::move(file));
    }
    return out;
}

/// Files of the repo that a finding is about; none: it is about the repo.
std::vector<std::string> files_of(subject const& model, assess::check_id check) {
    auto const& files = model.facts.format;
    switch (check) {
    case assess::check_id::format_weights:
        return files.risky;
    case assess::check_id::format_custom_code:
        if (!model.facts.reached.empty()) return files_that_reach(model.facts.reached);
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
        {"level", gravity_of(one).level},
        {"rank", one.points},
        {"message", json::object{{"text", text}}},
        {"locations", locations_of(model, one.check)},
        {"partialFingerprints", json::object{{"modelwatch/v1", sha256_hex(identity)}}},
        {"properties",
         json::object{
             {"points", one.points},
             {"security-severity", security_text(gravity_of(one))},
             {"outcome", one.outcome->name},
             {"state", state_name(one.state())},
             {"dimension", assess::to_string(about.about)},
             {"evidence", printable(one.evidence.text())},
             {"remediation", advice_for(one)},
             {"tags", sarif_tags(about)}
         }},
    };
}

json::object result_of(subject const& model, assess::policy_verdict const& one, std::size_t rule) {
    auto const how = gravity_of(one);
    auto const identity = fmt::format("{}/{}/{}", model.rating.hub(), model.rating.repo(), one.id);
    auto const text =
        fmt::format("{}: {} fails: {}.", printable(model.rating.repo()), one.id, printable(one.why));
    json::object out{
        {"ruleId", one.id},
        {"ruleIndex", rule},
        {"kind", "fail"},
        {"level", how.level},
        {"rank", how.security * 10},
        {"message", json::object{{"text", text}}},
        {"locations", json::array{location(model, card)}},
        {"partialFingerprints", json::object{{"modelwatch/v1", sha256_hex(identity)}}},
        {"properties",
         json::object{
             {"security-severity", security_text(how)},
             {"verdict", printable(verdict_text(one))},
             {"enforced", one.asked},
             {"unknown", one.unknown}
         }},
    };
    if (one.accepted_until) {
        auto const why = printable(verdict_text(one));
        out["suppressions"] =
            json::array{json::object{{"kind", "external"}, {"status", "accepted"}, {"justification", why}}};
    }
    return out;
}

json::array results_of(subject const& model) {
    json::array out;
    for (auto const& result : model.rating.results()) {
        for (auto const& one : result.findings) {
            if (one.points > 0) out.push_back(result_of(model, one));
        }
    }
    for (auto const& one : model.policy) {
        auto const rule = sarif_rule_index(one.id);
        if (rule && is_policy_result(one)) out.push_back(result_of(model, one, *rule));
    }
    return out;
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
    auto const id = fmt::format("modelwatch/{}/{}/", printable(rating.repo()), printable(rating.revision()));
    json::object run{
        {"tool", json::object{{"driver", driver_of(model, version)}}},
        {"automationDetails", json::object{{"id", id}}},
        {"invocations",
         json::array{
             json::object{{"executionSuccessful", true}, {"endTimeUtc", to_rfc3339(rating.assessed_at())}}
         }},
        {"columnKind", "utf16CodeUnits"},
        {"results", results_of(model)},
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
