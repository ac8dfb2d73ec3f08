#pragma once

#include "daemon/model/result.hpp"
#include "daemon/model/snapshot.hpp"

#include <map>
#include <string>
#include <string_view>

namespace modelwatch::assess {

/// Classes of assess.md 4.1 in rising strictness; `unknown` and `none` are not grants.
enum class license_class { permissive, copyleft, open_rail, custom, non_commercial, unknown, none };

[[nodiscard]] std::string_view to_string(license_class value) noexcept;

struct license_entry {
    std::string id;
    std::string field; ///< "license" or "license_name": which key of the card it stands in
    std::string name;
    license_class group = license_class::unknown;
    std::string commercial_use;
    std::string note;
    std::string source;
};

/// The table compiled in from conf/licenses.toml, overridden entry by entry by the operator's file.
class license_table {
public:
    [[nodiscard]] static license_table const& builtin();
    [[nodiscard]] static result<license_table> with_overrides(std::string_view toml, std::string_view origin);

    [[nodiscard]] license_entry const* find(std::string_view id) const;

    [[nodiscard]] std::map<std::string, license_entry> const& entries() const noexcept { return entries_; }

    /// Class of what a card states: the strictest of several ids; `other` resolves through license_name;
    /// nothing at all is `none`; a name that the table does not know is `unknown`.
    [[nodiscard]] license_class classify(license_statement const& stated) const;

private:
    [[nodiscard]] static result<license_table>
    laid_over(license_table base, std::string_view toml, std::string_view origin);

    std::map<std::string, license_entry> entries_; ///< by lower-case id
};

} // namespace modelwatch::assess
