#pragma once

#include "daemon/model/result.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::assess {

/// What stands behind the `=` of a field.
enum class field_kind { text, flag, list };

/// One `key = value` of an entry. Tables hold texts, switches and lists of texts, nothing else.
struct table_field {
    std::string key;
    field_kind kind = field_kind::text;
    std::string text;               ///< of a text
    bool flag = false;              ///< of a switch
    std::vector<std::string> texts; ///< of a list
    std::uint32_t line = 0;
};

/// One `[section.name]`.
struct table_entry {
    std::string name;
    std::uint32_t line = 0;
    std::vector<table_field> fields;
};

/// Reads the `[section.<name>]` tables of a file that may also hold tables of the `other` sections, which are
/// somebody else's to read. `origin` names the file in errors, which also name line and key and the nearest
/// key that exists.
[[nodiscard]] result<std::vector<table_entry>> read_table_file(
    std::string_view toml,
    std::string_view origin,
    std::string_view section,
    std::span<std::string_view const> keys,
    std::span<std::string_view const> others = {}
);

/// "publishers.toml:12: `publisher.acme.type`: …"
[[nodiscard]] error
at(std::string_view origin,
   std::string_view section,
   table_entry const& entry,
   table_field const& field,
   std::string_view problem);

/// The error for a value that is not one of a closed list, with the nearest that is.
[[nodiscard]] error not_one_of(
    std::string_view origin,
    std::string_view section,
    table_entry const& entry,
    table_field const& field,
    std::span<std::string_view const> allowed
);

/// A field that is not of the kind that its key wants; nullopt: it is.
[[nodiscard]] std::optional<error> wrong_kind(
    std::string_view origin,
    std::string_view section,
    table_entry const& entry,
    table_field const& field,
    field_kind wanted
);

[[nodiscard]] std::string joined(std::span<std::string_view const> pieces);

} // namespace modelwatch::assess
