#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::config {

/// What documentation says of one key.
struct key_doc {
    std::string section; ///< "[[watch]]"
    std::string name;
    std::string kind;
    std::string doc;
};

/// Every key that the file may hold, section by section.
[[nodiscard]] std::vector<key_doc> const& documented_keys();

/// The sections that have a key of this name.
[[nodiscard]] std::vector<std::string> sections_with(std::string_view key);

} // namespace modelwatch::config
