#include "daemon/assess/lookalike.hpp"

#include "daemon/assess/name_shape.hpp"
#include "daemon/assess/skeleton.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <array>

namespace modelwatch::assess {

namespace {

constexpr std::size_t longest_name = 200; // bytes; the Hub's own names end at 96

/// Accounts that are known to be what they say although their names are near others'. General knowledge.
constexpr auto established = std::to_array<std::string_view>(
    {"codellama",
     "facebookai",
     "google-t5",
     "huggingfacefv",
     "huggingfacefw",
     "huggingfacegeclm",
     "huggingfacem4",
     "huggingface"}
);

/// "qwen-official", "google_hf", "openaihf"; and "deepseek" for "deepseek-ai".
bool is_dressed_up(name_shape const& name, name_shape const& registered) {
    static auto const ai = skeleton("ai");
    static auto const official = skeleton("official");
    auto const& ours = name.undressed;
    auto const& theirs = registered.undressed;
    if (ours.is_cut && ours.core.size() >= 4 && ours.core == registered.whole) return true;
    if (ours.is_cut && ours.core.size() >= 5 &&
        (ours.core == theirs.core || ours.core + "al" == registered.whole))
        return true;
    if (theirs.is_cut && theirs.core.size() >= 6 && name.whole == theirs.core) return true;
    if (registered.whole.size() < 6 || !name.whole.starts_with(registered.whole)) return false;
    auto const added = std::string_view{name.whole}.substr(registered.whole.size());
    return added == ai || added == "hf" || added == official;
}

/// A short name is near only by a slip of the eye; the longer it is, the more may differ.
bool is_misspelt(name_shape const& name, name_shape const& registered) {
    auto const& ours = name.without_common;
    auto const& theirs = registered.without_common;
    bool const both = ours.is_cut && theirs.is_cut;
    auto const& a = both ? ours.core : name.whole;
    auto const& b = both ? theirs.core : registered.whole;
    auto const length = std::min(a.size(), b.size());
    if (length < 5 || a == b) return false; // lmstudio-ai and lmstudio-community are one house
    if (b.size() >= 6 && is_one_slip(a, b)) return true;
    if (length < 8) return false;
    std::size_t const allowed = length < 11 ? 1 : 2;
    return edits_between(a, b, allowed) <= allowed;
}

std::string_view imitation(name_shape const& name, name_shape const& registered) {
    if (name.lowered == registered.lowered) return {};
    bool const alike = registered.whole.size() >= 4 && name.whole == registered.whole;
    if (alike) return "characters that look alike, or other separators";
    if (is_dressed_up(name, registered)) return "an addition that makes it look official";
    if (is_misspelt(name, registered)) return "a slight misspelling";
    return {};
}

} // namespace

std::string_view to_string(lookalike_level value) noexcept {
    constexpr auto names = std::to_array<std::string_view>({"none", "near", "confirmed"});
    return names[static_cast<std::size_t>(value)];
}

std::string_view imitation(std::string_view name, std::string_view registered) {
    if (name.size() > longest_name) return {};
    return imitation(shape_of(name), shape_of(registered));
}

lookalike find_lookalike(std::string_view name, publisher_registry const& publishers) {
    if (auto const* const known = publishers.find(name)) {
        if (!known->denylisted) return {};
        return {lookalike_level::confirmed, known->name, "on the registry's denylist"};
    }
    if (std::ranges::find(established, lower(name)) != established.end()) return {};
    if (name.size() > longest_name) return {};
    auto const ours = shape_of(name);
    for (auto const& theirs : publishers.shapes()) {
        auto const how = imitation(ours, theirs);
        if (!how.empty()) return {lookalike_level::near, theirs.name, std::string{how}};
    }
    return {};
}

} // namespace modelwatch::assess
