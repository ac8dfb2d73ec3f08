#pragma once

#include "daemon/model/result.hpp"
#include "daemon/model/snapshot.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::assess {

/// Classes of assess.md 4.1 in rising strictness; `unknown` and `none` are not grants.
enum class license_class { permissive, copyleft, open_rail, custom, non_commercial, unknown, none };

[[nodiscard]] std::string_view to_string(license_class value) noexcept;
/// nullopt: no class is called so.
[[nodiscard]] std::optional<license_class> parse_license_class(std::string_view word) noexcept;

struct license_entry {
    std::string id;
    std::string field; ///< "license" or "license_name": which key of the card it stands in
    std::string name;
    license_class group = license_class::unknown;
    std::string commercial_use;
    std::string note;
    std::string source;
    std::vector<std::string> titles;  ///< in plain words: one of them stands at the beginning of the text
    std::vector<std::string> phrases; ///< in plain words: all of them stand in the text
};

/// The table compiled in from conf/licenses.toml, overridden entry by entry by the operator's file.
class license_table {
public:
    [[nodiscard]] static license_table const& builtin();
    [[nodiscard]] static result<license_table> with_overrides(std::string_view toml, std::string_view origin);

    [[nodiscard]] license_entry const* find(std::string_view id) const;

    [[nodiscard]] std::map<std::string, license_entry> const& entries() const noexcept { return entries_; }

    /// Phrases in plain words of which one is enough to tell the class, in rising strictness.
    [[nodiscard]] std::map<license_class, std::vector<std::string>> const& class_phrases() const noexcept {
        return class_phrases_;
    }

    /// Class of what a card states: the strictest of several ids; `other` resolves through license_name;
    /// nothing at all is `none`; a name that the table does not know is `unknown`.
    [[nodiscard]] license_class classify(license_statement const& stated) const;

private:
    [[nodiscard]] static result<license_table>
    laid_over(license_table base, std::string_view toml, std::string_view origin);
    [[nodiscard]] static result<license_table>
    with_classes(license_table base, std::string_view toml, std::string_view origin);

    std::map<std::string, license_entry> entries_; ///< by lower-case id
    std::map<license_class, std::vector<std::string>> class_phrases_;
};

} // namespace modelwatch::assess
