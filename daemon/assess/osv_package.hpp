#pragma once

#include "daemon/model/json.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace modelwatch::assess {

/// A model as an advisory names it.
struct named_model {
    std::string repo;    ///< "namespace/name", lower case
    std::string version; ///< commit or tag of the purl, lower case; empty: none
};

/// "pkg:huggingface/namespace/name@version?qualifiers#subpath" (purl-spec); nullopt: of another type, or not
/// one at all.
[[nodiscard]] std::optional<named_model> parse_model_purl(std::string_view purl);

/// OSV `package`: its purl, else ecosystem "Hugging Face" and a name. nullopt: something else.
[[nodiscard]] std::optional<named_model> model_of(json::object const& package);

} // namespace modelwatch::assess
