#include "daemon/assess/base_drift.hpp"

#include "daemon/assess/license_relation.hpp"

#include <array>

namespace modelwatch::assess {

namespace {

std::optional<drift> content_drift(derived_facts const& own, base_facts const& now) {
    if (!own.weights_committed_at || !now.model_committed_at) return std::nullopt;
    if (*now.model_committed_at <= *own.weights_committed_at) return std::nullopt;
    return drift{
        drift_kind::content,
        now.repo,
        to_rfc3339(*own.weights_committed_at),
        to_rfc3339(*now.model_committed_at)
    };
}

std::string shown(license_statement const& stated, license_table const& table) {
    auto const id = normalized_license(stated);
    return (id.empty() ? "none" : id) + " (" + std::string{to_string(classify_normalized(stated, table))} +
           ")";
}

std::optional<drift>
license_drift(base_facts const* before, base_facts const& now, license_table const& table) {
    if (before == nullptr || !before->license || !now.license) return std::nullopt;
    auto const was = shown(*before->license, table);
    auto const is = shown(*now.license, table);
    if (was != is) return drift{drift_kind::license, now.repo, was, is};
    bool const both = !before->license_text.empty() && !now.license_text.empty();
    if (!both || before->license_text == now.license_text) return std::nullopt;
    return drift{drift_kind::license, now.repo, "text " + before->license_text, "text " + now.license_text};
}

bool is_gated(gating mode) noexcept {
    return mode == gating::automatic || mode == gating::manual;
}

std::optional<drift> gate_drift(derived_facts const& own, base_facts const& now) {
    if (!is_gated(now.gate) || own.gate != gating::open) return std::nullopt;
    return drift{
        drift_kind::gate, now.repo, std::string{to_string(own.gate)}, std::string{to_string(now.gate)}
    };
}

std::optional<drift> lineage_drift(base_facts const& now) {
    if (now.missing) return drift{drift_kind::lineage, now.repo, "there", "missing"};
    if (!now.renamed_to.empty() && now.renamed_to != now.repo) {
        return drift{drift_kind::lineage, now.repo, now.repo, "renamed to " + now.renamed_to};
    }
    if (!now.new_version.empty())
        return drift{drift_kind::lineage, now.repo, "", "superseded by " + now.new_version};
    if (now.superseded) return drift{drift_kind::lineage, now.repo, "", "superseded"};
    return std::nullopt;
}

bool is_worrying(scan_level level) noexcept {
    return level == scan_level::suspicious || level == scan_level::unsafe;
}

std::optional<drift> scan_drift(base_facts const* before, base_facts const& now) {
    if (!is_worrying(now.scan)) return std::nullopt;
    auto const was = before == nullptr ? scan_level::absent : before->scan;
    if (was >= now.scan) return std::nullopt;
    return drift{drift_kind::scan, now.repo, std::string{to_string(was)}, std::string{to_string(now.scan)}};
}

} // namespace

std::string_view to_string(drift_kind value) noexcept {
    constexpr auto names = std::to_array<std::string_view>({"content", "license", "gate", "lineage", "scan"});
    return names[static_cast<std::size_t>(value)];
}

std::vector<drift> find_drift(
    derived_facts const& own, base_facts const* before, base_facts const& now, license_table const& table
) {
    std::vector<drift> out;
    for (auto& found :
         {content_drift(own, now),
          license_drift(before, now, table),
          gate_drift(own, now),
          lineage_drift(now),
          scan_drift(before, now)}) {
        if (found) out.push_back(*found);
    }
    return out;
}

} // namespace modelwatch::assess
