#include "daemon/model/digest.hpp"
#include "daemon/model/text.hpp"
#include "daemon/report/content.hpp"
#include "daemon/report/cyclonedx_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace modelwatch::report {

namespace {

json::object metadata_of(std::span<subject const> models, std::string_view version) {
    json::object tool{{"type", "application"}, {"name", "modelwatch"}};
    if (!version.empty()) tool["version"] = version;
    json::object out{
        {"lifecycles", json::array{json::object{{"phase", "discovery"}}}},
        {"tools", json::object{{"components", json::array{std::move(tool)}}}},
    };
    instant latest{};
    for (auto const& model : models)
        latest = std::max(latest, model.rating.assessed_at());
    if (!models.empty()) out["timestamp"] = to_rfc3339(latest);
    return out;
}

/// References must be unique in one document; the same model may be asked for twice.
std::string unique(std::string wanted, std::set<std::string>& taken) {
    auto out = wanted;
    for (int i = 2; !taken.insert(out).second; ++i)
        out = fmt::format("{}#{}", wanted, i);
    return out;
}

json::array advisories_of(subject const& model, std::string const& reference) {
    json::array out;
    for (auto const& one : model.facts.advisories) {
        json::object entry{
            {"id", printable(one.id)},
            {"ratings", json::array{json::object{{"severity", to_string(one.level)}, {"method", "other"}}}},
            {"affects", json::array{json::object{{"ref", reference}}}},
        };
        json::array references;
        for (auto const& alias : one.aliases)
            references.push_back(
                json::object{{"id", printable(alias)}, {"source", json::object{{"name", "OSV"}}}}
            );
        if (!references.empty()) entry["references"] = std::move(references);
        if (!one.summary.empty()) entry["description"] = printable(one.summary);
        if (auto const url = safe_url(one.url); !url.empty())
            entry["advisories"] = json::array{json::object{{"url", url}}};
        out.push_back(std::move(entry));
    }
    return out;
}

/// A name-based UUID (RFC 9562, version 8) over the content: the same facts make the same document.
std::string serial_number(json::object const& document) {
    auto const hex = sha256_hex(to_line(document));
    return fmt::format(
        "urn:uuid:{}-{}-8{}-a{}-{}",
        hex.substr(0, 8),
        hex.substr(8, 4),
        hex.substr(12, 3),
        hex.substr(15, 3),
        hex.substr(18, 12)
    );
}

} // namespace

json::object cyclonedx(std::span<subject const> models, std::string_view version) {
    json::object out{
        {"$schema", "http://cyclonedx.org/schema/bom-1.7.schema.json"},
        {"bomFormat", "CycloneDX"},
        {"specVersion", "1.7"},
        {"version", 1},
        {"metadata", metadata_of(models, version)},
    };
    json::array components;
    json::array dependencies;
    json::array vulnerabilities;
    std::set<std::string> taken;
    for (auto const& model : models) {
        auto const reference = unique(package_url(model), taken);
        components.push_back(model_component(model, reference));
        dependencies.push_back(json::object{{"ref", reference}});
        for (auto& one : advisories_of(model, reference))
            vulnerabilities.push_back(std::move(one));
        for (auto& one : weaknesses_of(model, reference))
            vulnerabilities.push_back(std::move(one));
    }
    out["components"] = std::move(components);
    out["dependencies"] = std::move(dependencies);
    if (!vulnerabilities.empty()) out["vulnerabilities"] = std::move(vulnerabilities);
    out["serialNumber"] = serial_number(out);
    return out;
}

} // namespace modelwatch::report
