#pragma once

#include <string>
#include <string_view>

namespace modelwatch::assess {

/// A name without one word at either end.
struct name_core {
    std::string core; ///< skeleton of the rest; of the whole name when nothing was cut
    bool is_cut = false;
};

/// What the comparison of look-alike names needs of one, worked out once: the registry keeps those of its
/// rows.
struct name_shape {
    std::string name;
    std::string lowered;
    std::string whole;        ///< skeleton of the name
    name_core undressed;      ///< without what impersonators add: "official", "hf"
    name_core without_common; ///< without what many accounts carry: "labs", "research"
};

[[nodiscard]] name_shape shape_of(std::string_view name);

} // namespace modelwatch::assess
