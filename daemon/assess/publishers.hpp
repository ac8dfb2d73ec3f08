#pragma once

#include "daemon/assess/model_overrides.hpp"
#include "daemon/assess/name_shape.hpp"
#include "daemon/model/result.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::assess {

/// One row of conf/publishers.toml. Empty texts are unknown.
struct publisher {
    std::string name;     ///< namespace on the hub, exact spelling
    std::string kind;     ///< "org" or "user"
    std::string type;     ///< large-tech, ai-lab, startup, academic, nonprofit, government-affiliated,
                          ///< community-org, individual, unknown
    std::string gov_link; ///< none, partial, full, unknown
    std::string legal_entity;
    std::string country; ///< ISO 3166-1 alpha-2
    std::string note;
    std::string support; ///< codes of assess.md 5: E H D P G
    std::string source;
    // What an operator may add.
    std::string security_contact;     ///< an address or page to report to and to hear from
    std::string mirror_of;            ///< account whose models this one copies
    std::string successor;            ///< account that took over from this one (`successor_namespace`)
    std::string tprm_status;          ///< of the third-party review
    std::string tprm_expires;         ///< "2027-01-31"
    std::string owner_id;             ///< `_id` of the account on the hub, as checked
    std::string source_checked_on;    ///< when the source was last read: "2026-04-29"
    std::vector<std::string> aliases; ///< further accounts of the same publisher
    bool denylisted = false;
};

/// The table compiled in from conf/publishers.toml, overridden entry by entry, key by key, by the operator's
/// file, which may also rule on single models.
class publisher_registry {
public:
    publisher_registry() = default;
    /// The compiled-in table.
    [[nodiscard]] static publisher_registry const& builtin();
    /// The compiled-in table with `toml` laid over it; `origin` names the file in errors.
    [[nodiscard]] static result<publisher_registry>
    with_overrides(std::string_view toml, std::string_view origin);

    /// By name, else by alias; nullptr: not in the registry. Compared without regard to case, as the Hub
    /// does.
    [[nodiscard]] publisher const* find(std::string_view name) const;

    [[nodiscard]] std::map<std::string, publisher> const& entries() const noexcept { return entries_; }

    /// Of the names of all rows, in their order.
    [[nodiscard]] std::vector<name_shape> const& shapes() const noexcept { return shapes_; }

    /// What the operator's file says of single models.
    [[nodiscard]] model_overrides const& models() const noexcept { return models_; }

private:
    [[nodiscard]] static result<publisher_registry>
    laid_over(publisher_registry base, std::string_view toml, std::string_view origin);

    void index_names();

    std::map<std::string, publisher> entries_;   ///< by lower-case name
    std::map<std::string, std::string> aliases_; ///< lower-case alias to lower-case name
    std::vector<name_shape> shapes_;
    model_overrides models_;
};

} // namespace modelwatch::assess
