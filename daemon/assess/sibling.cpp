#include "daemon/assess/sibling.hpp"

#include "daemon/model/text.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace modelwatch::assess {

namespace {

constexpr auto writers = std::to_array<std::string_view>(
    {"text-generation",
     "text2text-generation",
     "conversational",
     "image-text-to-text",
     "audio-text-to-text",
     "video-text-to-text",
     "any-to-any"}
);
constexpr auto embedders =
    std::to_array<std::string_view>({"feature-extraction", "sentence-similarity", "image-feature-extraction"}
    );
constexpr auto rankers = std::to_array<std::string_view>({"text-ranking", "text-classification"});

bool both_in(std::span<std::string_view const> group, std::string_view a, std::string_view b) noexcept {
    auto const holds = [&](std::string_view word) {
        return std::find(group.begin(), group.end(), word) != group.end();
    };
    return holds(a) && holds(b);
}

/// "base_model:quantized:ns/name" and "base_model:ns/name".
std::string_view base_of_tag(std::string_view tag) noexcept {
    constexpr std::string_view key = "base_model:";
    if (!tag.starts_with(key)) return {};
    tag.remove_prefix(key.size());
    auto const relation = tag.find(':');
    return relation == std::string_view::npos ? tag : tag.substr(relation + 1);
}

} // namespace

sibling sibling_from_tags(
    std::string repo,
    std::optional<instant> created_at,
    std::string pipeline_tag,
    std::vector<std::string> const& tags,
    std::string_view subject
) {
    constexpr std::string_view license = "license:";
    sibling out;
    out.repo = std::move(repo);
    out.created_at = created_at;
    out.pipeline_tag = std::move(pipeline_tag);
    auto const folded = lower(subject);
    for (auto const& tag : tags) {
        if (auto const base = base_of_tag(tag); !base.empty()) {
            out.is_derivative = true;
            out.derivative_of_subject = out.derivative_of_subject || lower(base) == folded;
        }
        if (out.license.empty() && tag.starts_with(license)) out.license = tag.substr(license.size());
    }
    return out;
}

bool compatible_pipelines(std::string_view a, std::string_view b) noexcept {
    if (a.empty() || b.empty() || a == b) return true;
    return both_in(writers, a, b) || both_in(embedders, a, b) || both_in(rankers, a, b);
}

} // namespace modelwatch::assess
