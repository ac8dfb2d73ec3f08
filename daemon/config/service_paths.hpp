#pragma once

#include "daemon/config/service_unit.hpp"

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <sys/types.h>
#include <vector>

namespace modelwatch::config {

/// Whom the kernel asks about when the service opens a file: by default a user that owns nothing, in no
/// group.
struct service_identity {
    std::optional<uid_t> user;
    std::set<gid_t> groups;
};

/// The unit's User=, Group= and SupplementaryGroups= as this host knows them.
[[nodiscard]] service_identity identity_of(service_unit const& unit);

struct kept {
    std::string what; ///< "the service does not see /home/ada/models (ProtectHome=yes)"
    std::string cure; ///< begins with "; "
};

/// Why the service cannot read a file, or all of a folder; nullopt: it can, or the path is not there.
[[nodiscard]] std::optional<kept>
kept_back(std::filesystem::path const& named, service_unit const& unit, service_identity const& who);

[[nodiscard]] bool lies_below(std::filesystem::path const& path, std::filesystem::path const& top);

/// The lines as they are pasted into `systemctl edit modelwatchd`, behind a "; ".
[[nodiscard]] std::string drop_in(std::vector<std::string> const& lines);

} // namespace modelwatch::config
