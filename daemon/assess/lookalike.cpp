#include "daemon/assess/lookalike.hpp"

#include "daemon/assess/skeleton.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace modelwatch::assess {

namespace {

constexpr std::size_t longest_name = 200; // bytes; the Hub's own names end at 96

/// What impersonators add to a name to make it look the more official.
constexpr auto dressings =
    std::to_array<std::string_view>({"ai", "hf", "inc", "official", "org", "real", "team", "the", "verified"}
    );

/// What many accounts carry: two names that share one of these are compared without it.
constexpr auto common_parts = std::to_array<std::string_view>(
    {"ai",
     "community",
     "corp",
     "hf",
     "inc",
     "lab",
     "labs",
     "llm",
     "ml",
     "models",
     "nlp",
     "official",
     "org",
     "research",
     "team"}
);

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

struct parts {
    std::string whole; ///< skeleton of the name
    std::string core;  ///< skeleton without one word of a list at either end
    bool is_cut = false;
};

/// Splits off the first or last word (at `-`, `_`, `.`) when it is in `words`.
parts cut(std::string_view name, std::span<std::string_view const> words) {
    parts out{skeleton(name), {}, false};
    auto const is_listed = [&](std::string_view word) {
        return std::find(words.begin(), words.end(), lower(word)) != words.end();
    };
    auto const last = name.find_last_of("-_.");
    auto const first = name.find_first_of("-_.");
    if (last != std::string_view::npos && last > 0 && is_listed(name.substr(last + 1))) {
        out.core = skeleton(name.substr(0, last));
        out.is_cut = true;
    } else if (first != std::string_view::npos && is_listed(name.substr(0, first))) {
        out.core = skeleton(name.substr(first + 1));
        out.is_cut = true;
    } else {
        out.core = out.whole;
    }
    return out;
}

/// "qwen-official", "google_hf", "openaihf"; and "deepseek" for "deepseek-ai".
bool is_dressed_up(std::string_view name, std::string_view registered) {
    auto const ours = cut(name, dressings);
    auto const theirs = cut(registered, dressings);
    if (ours.is_cut && ours.core.size() >= 4 && ours.core == theirs.whole) return true;
    if (ours.is_cut && ours.core.size() >= 5 &&
        (ours.core == theirs.core || ours.core + "al" == theirs.whole))
        return true;
    if (theirs.is_cut && theirs.core.size() >= 6 && ours.whole == theirs.core) return true;
    if (theirs.whole.size() < 6 || !ours.whole.starts_with(theirs.whole)) return false;
    auto const added = std::string_view{ours.whole}.substr(theirs.whole.size());
    return added == skeleton("ai") || added == "hf" || added == skeleton("official");
}

/// A short name is near only by a slip of the eye; the longer it is, the more may differ.
bool is_misspelt(std::string_view name, std::string_view registered) {
    auto const ours = cut(name, common_parts);
    auto const theirs = cut(registered, common_parts);
    bool const both = ours.is_cut && theirs.is_cut;
    auto const& a = both ? ours.core : ours.whole;
    auto const& b = both ? theirs.core : theirs.whole;
    auto const length = std::min(a.size(), b.size());
    if (length < 5 || a == b) return false; // lmstudio-ai and lmstudio-community are one house
    if (b.size() >= 6 && is_one_slip(a, b)) return true;
    if (length < 8) return false;
    std::size_t const allowed = length < 11 ? 1 : 2;
    return edits_between(a, b, allowed) <= allowed;
}

} // namespace

std::string_view to_string(lookalike_level value) noexcept {
    constexpr auto names = std::to_array<std::string_view>({"none", "near", "confirmed"});
    return names[static_cast<std::size_t>(value)];
}

std::string_view imitation(std::string_view name, std::string_view registered) {
    if (name.size() > longest_name || lower(name) == lower(registered)) return {};
    auto const ours = skeleton(name);
    auto const theirs = skeleton(registered);
    if (theirs.size() >= 4 && ours == theirs) return "characters that look alike, or other separators";
    if (is_dressed_up(name, registered)) return "an addition that makes it look official";
    if (is_misspelt(name, registered)) return "a slight misspelling";
    return {};
}

lookalike find_lookalike(std::string_view name, publisher_registry const& publishers) {
    if (auto const* const known = publishers.find(name)) {
        if (!known->denylisted) return {};
        return {lookalike_level::confirmed, known->name, "on the registry's denylist"};
    }
    if (std::ranges::find(established, lower(name)) != established.end()) return {};
    for (auto const& [key, entry] : publishers.entries()) {
        auto const how = imitation(name, entry.name);
        if (!how.empty()) return {lookalike_level::near, entry.name, std::string{how}};
    }
    return {};
}

} // namespace modelwatch::assess
