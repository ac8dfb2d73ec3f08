#pragma once

#include "daemon/model/result.hpp"

#include <map>
#include <string>
#include <string_view>

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
    std::string security_contact; ///< fields that an operator may add
    std::string mirror_of;
    std::string successor;
    std::string tprm_status;
    std::string tprm_expires;
    bool denylisted = false;
};

/// The table compiled in from conf/publishers.toml, overridden entry by entry, key by key, by the operator's
/// file.
class publisher_registry {
public:
    publisher_registry() = default;
    /// The compiled-in table.
    [[nodiscard]] static publisher_registry const& builtin();
    /// The compiled-in table with `toml` laid over it; `origin` names the file in errors.
    [[nodiscard]] static result<publisher_registry>
    with_overrides(std::string_view toml, std::string_view origin);

    /// nullptr: not in the registry. Names are compared without regard to case, as the Hub does.
    [[nodiscard]] publisher const* find(std::string_view name) const;

    [[nodiscard]] std::map<std::string, publisher> const& entries() const noexcept { return entries_; }

private:
    [[nodiscard]] static result<publisher_registry>
    laid_over(publisher_registry base, std::string_view toml, std::string_view origin);

    std::map<std::string, publisher> entries_; ///< by lower-case name
};

} // namespace modelwatch::assess
