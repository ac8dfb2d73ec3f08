#include "daemon/assess/name_shape.hpp"

#include "daemon/assess/skeleton.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace modelwatch::assess {

namespace {

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

/// Splits off the first or last word (at `-`, `_`, `.`) when it is in `words`.
name_core cut(std::string_view name, std::string_view whole, std::span<std::string_view const> words) {
    name_core out;
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
        out.core = whole;
    }
    return out;
}

} // namespace

name_shape shape_of(std::string_view name) {
    name_shape out;
    out.name = name;
    out.lowered = lower(name);
    out.whole = skeleton(name);
    out.undressed = cut(name, out.whole, dressings);
    out.without_common = cut(name, out.whole, common_parts);
    return out;
}

} // namespace modelwatch::assess
