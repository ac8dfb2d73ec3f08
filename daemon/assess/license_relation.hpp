#pragma once

#include "daemon/assess/licenses.hpp"
#include "daemon/model/snapshot.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace modelwatch::assess {

/// A derivative's license against those of its base models (assess.md 4.3).
enum class license_relation {
    own,         ///< no base model of another account
    same,        ///< the identifier of the strictest base
    differs,     ///< another one, at least as strict as the base's, or one that cannot be ranked: a lead
    looser,      ///< more permissive than a base: nobody can grant more than was received
    unresolvable ///< a base's license cannot be had; never taken for `same`
};

[[nodiscard]] std::string_view to_string(license_relation value) noexcept;

struct base_license {
    std::string repo;
    std::optional<license_statement> license; ///< nullopt: the base is gone, gated or was not asked for
};

/// One spelling per license: lower case, `other` resolved through license_name, "Apache 2.0" is "apache-2.0",
/// "llama-3.1" is "llama3.1". Several ids are joined with " and ", sorted. Empty: nothing is stated.
[[nodiscard]] std::string normalized_license(license_statement const& stated);

/// The class of what is stated, with every id in its one spelling.
[[nodiscard]] license_class classify_normalized(license_statement stated, license_table const& table);

/// 0 permissive, 1 copyleft and RAIL, 2 custom, 3 non-commercial; nullopt: cannot be ranked.
[[nodiscard]] std::optional<int> strictness(license_class value) noexcept;

/// Bases of the account `own_namespace` do not count. Of several the strictest one counts; one that is looser
/// than any known base is `looser`, whatever else is unknown.
[[nodiscard]] license_relation relate_licenses(
    license_statement const& own,
    std::string_view own_namespace,
    std::span<base_license const> bases,
    license_table const& table
);

} // namespace modelwatch::assess
