#include "daemon/report/cyclonedx_parts.hpp"

#include "daemon/model/digest.hpp"
#include "daemon/model/text.hpp"
#include "daemon/report/content.hpp"
#include "daemon/report/spdx.hpp"

#include <set>

namespace modelwatch::report {

namespace {

constexpr std::string_view component_type = "machine-learning-model";

struct repo_name {
    std::string group; ///< empty for the hub's oldest models
    std::string name;
};

repo_name split_name(std::string_view repo) {
    auto const slash = repo.find('/');
    if (slash == std::string_view::npos) return {{}, printable(repo)};
    return {printable(repo.substr(0, slash)), printable(repo.substr(slash + 1))};
}

void set_name(json::object& component, std::string_view repo) {
    auto const parts = split_name(repo);
    if (!parts.group.empty()) component["group"] = parts.group;
    component["name"] = parts.name.empty() ? printable(repo) : parts.name;
}

json::object property(std::string_view name, std::string value) {
    return {{"name", "modelwatch:" + std::string{name}}, {"value", std::move(value)}};
}

/// One entry per identifier: SPDX's where there is one, else the publisher's words.
json::array licenses_of(license_statement const& stated) {
    json::array out;
    std::set<std::string> seen;
    for (auto const& id : stated.ids) {
        json::object license;
        auto const spdx = spdx_id(id);
        bool const unnamed = id == "other" && !stated.name.empty();
        auto const name = printable(unnamed ? stated.name : id);
        if (name.empty() || !seen.insert(lower(name)).second) continue;
        if (spdx.empty())
            license["name"] = name;
        else
            license["id"] = spdx;
        license["acknowledgement"] = "declared";
        if (auto const link = safe_url(stated.link); !link.empty()) license["url"] = link;
        out.push_back(json::object{{"license", std::move(license)}});
    }
    return out;
}

json::array files_of(std::vector<file_entry> const& files) {
    json::array out;
    for (auto const& file : files) {
        json::object one{{"type", "file"}, {"name", printable(file.path)}};
        if (is_hex(file.sha256, 64))
            one["hashes"] = json::array{json::object{{"alg", "SHA-256"}, {"content", lower(file.sha256)}}};
        one["properties"] = json::array{property("size", std::to_string(file.size))};
        out.push_back(std::move(one));
    }
    return out;
}

json::object pedigree_of(subject const& model) {
    json::array ancestors;
    for (auto const& base : model.facts.bases) {
        json::object one{{"type", component_type}};
        set_name(one, base.repo);
        std::string purl = "pkg:huggingface";
        for (auto const part : split(base.repo, '/'))
            purl += "/" + percent_encoded(part, ":");
        if (!base.commit.empty()) {
            one["version"] = printable(base.commit);
            purl += "@" + percent_encoded(lower(base.commit), ":");
        }
        one["purl"] = purl;
        if (auto licenses = licenses_of(base.license); base.resolved && !licenses.empty())
            one["licenses"] = std::move(licenses);
        one["properties"] = json::array{property("inferred", base.inferred ? "true" : "false")};
        ancestors.push_back(std::move(one));
    }
    json::object out;
    if (!ancestors.empty()) out["ancestors"] = std::move(ancestors);
    if (!model.facts.base_relation.empty())
        out["notes"] = "Relation: " + printable(model.facts.base_relation);
    return out;
}

json::array references_of(subject const& model) {
    json::array out;
    auto const url = std::string{safe_url(model.web_url)};
    if (url.empty()) return out;
    auto const& commit = model.rating.commit();
    auto const at = commit.empty() ? std::string{"main"} : percent_encoded(commit);
    out.push_back(json::object{{"type", "website"}, {"url", url}});
    out.push_back(json::object{{"type", "vcs"}, {"url", url}, {"comment", "git repository, with git-lfs"}});
    out.push_back(json::object{{"type", "distribution"}, {"url", url + "/tree/" + at}});
    out.push_back(json::object{{"type", "model-card"}, {"url", url + "/blob/" + at + "/README.md"}});
    if (auto const link = safe_url(model.facts.license.link); !link.empty())
        out.push_back(json::object{{"type", "license"}, {"url", link}});
    return out;
}

/// What speaks against the model and is no vulnerability: age is a limit of what it can do, the rest is about
/// rights, people and trust.
json::object considerations_of(assess::assessment const& rating) {
    json::array limits;
    json::array risks;
    for (auto const* one : dear_findings(rating)) {
        if (is_weakness(*one)) continue;
        auto const name =
            std::string{assess::to_string(one->check)} + ": " + std::string{one->outcome->meaning};
        if (assess::info(one->check).about == assess::dimension::timeliness)
            limits.emplace_back(name + ". " + std::string{advice_for(*one)});
        else
            risks.push_back(json::object{{"name", name}, {"mitigationStrategy", advice_for(*one)}});
    }
    json::object out;
    if (!limits.empty()) out["technicalLimitations"] = std::move(limits);
    if (!risks.empty()) out["ethicalConsiderations"] = std::move(risks);
    return out;
}

json::object card_of(subject const& model) {
    json::object out;
    if (auto what = considerations_of(model.rating); !what.empty()) out["considerations"] = std::move(what);
    if (!model.facts.pipeline_tag.empty())
        out["modelParameters"] = json::object{{"task", printable(model.facts.pipeline_tag)}};
    if (!model.facts.library_name.empty())
        out["properties"] = json::array{property("library", printable(model.facts.library_name))};
    return out;
}

json::array properties_of(subject const& model) {
    auto const& rating = model.rating;
    json::array out{
        property("rating", std::string{assess::to_string(rating.rating())}),
        property("score", number_text(rating.score())),
        property("confidence", number_text(rating.confidence())),
        property("provisional", rating.provisional() ? "true" : "false"),
        property("staleness", std::string{assess::to_string(rating.age())}),
        property("rubric", printable(rating.rubric_label())),
        property("vector", printable(rating.vector())),
        property("disposition", std::string{rating.disposition()}),
        property("hub", printable(rating.hub())),
        property("revision", printable(rating.revision())),
        property("assessed-at", to_rfc3339(rating.assessed_at())),
        property("evidence-at", to_rfc3339(rating.evidence_at())),
    };
    for (auto const& result : rating.results())
        out.push_back(property(
            "dimension:" + std::string{assess::to_string(result.which)}, std::to_string(result.score)
        ));
    for (auto const& one : model.policy)
        out.push_back(property("policy:" + printable(one.id), printable(verdict_text(one))));
    return out;
}

json::object supplier_of(subject const& model) {
    auto const& author =
        model.facts.author.empty() ? split_name(model.rating.repo()).group : model.facts.author;
    json::object out{{"name", printable(author)}};
    auto const url = safe_url(model.web_url);
    auto const tail = url.rfind('/');
    if (tail != std::string_view::npos && url.substr(0, tail).ends_with("/" + author))
        out["url"] = json::array{url.substr(0, tail)};
    return out;
}

} // namespace

json::object model_component(subject const& model, std::string const& reference) {
    json::object out{{"type", component_type}, {"bom-ref", reference}};
    set_name(out, model.rating.repo());
    if (!model.rating.commit().empty()) out["version"] = printable(model.rating.commit());
    auto supplier = supplier_of(model);
    if (!text_of(supplier, "name").empty()) out["supplier"] = std::move(supplier);
    out["purl"] = package_url(model);
    if (auto licenses = licenses_of(model.facts.license); !licenses.empty())
        out["licenses"] = std::move(licenses);
    if (auto references = references_of(model); !references.empty())
        out["externalReferences"] = std::move(references);
    if (auto pedigree = pedigree_of(model); !pedigree.empty()) out["pedigree"] = std::move(pedigree);
    out["modelCard"] = card_of(model);
    out["properties"] = properties_of(model);
    if (auto files = files_of(model.files); !files.empty()) out["components"] = std::move(files);
    return out;
}

} // namespace modelwatch::report
