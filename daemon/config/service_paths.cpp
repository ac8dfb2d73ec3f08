#include "daemon/config/service_paths.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <system_error>

namespace modelwatch::config {

namespace {

namespace fs = std::filesystem;

constexpr std::array homes{"/home", "/root", "/run/user"};
constexpr std::array private_temporary{"/tmp", "/var/tmp"};
/// Of a folder with copies of models: enough to meet the first file that is kept back.
constexpr int most_entries = 2'000;

fs::path real_path(fs::path const& path) {
    std::error_code fault;
    auto out = fs::weakly_canonical(path, fault);
    return fault ? path.lexically_normal() : out;
}

/// The place that BindPaths= or BindReadOnlyPaths= shows a path by; empty: none.
fs::path shown_by(service_unit const& unit, fs::path const& path) {
    for (auto const* const key : {"BindReadOnlyPaths", "BindPaths"}) {
        for (auto word : unit.words(key)) {
            if (word.starts_with('-')) word.erase(0, 1);
            auto source = word.substr(0, word.find(':'));
            if (source.size() > 1 && source.ends_with('/')) source.pop_back();
            if (lies_below(path, source)) return source;
        }
    }
    return {};
}

struct hiding {
    std::string setting; ///< "ProtectHome=yes"; empty: not hidden
    std::vector<std::string> cure;
};

hiding hidden(service_unit const& unit, fs::path const& path) {
    auto const below_any = [&](auto const& tops) {
        return std::any_of(tops.begin(), tops.end(), [&](char const* top) { return lies_below(path, top); });
    };
    auto const show = "BindReadOnlyPaths=" + path.string();
    bool const home = unit.yes("ProtectHome");
    bool const empty_home = unit.last("ProtectHome") == "tmpfs";
    // Under ProtectHome=yes nothing can be shown: the folders themselves are closed.
    if (below_any(homes) && home) return {"ProtectHome=yes", {"ProtectHome=tmpfs", show}};
    if (!shown_by(unit, path).empty()) return {};
    if (below_any(homes) && empty_home) return {"ProtectHome=tmpfs", {show}};
    if (below_any(private_temporary) && unit.yes("PrivateTmp")) return {"PrivateTmp=yes", {show}};
    return {};
}

bool may(service_identity const& who, struct stat const& about, unsigned wanted) {
    unsigned const mode = about.st_mode;
    if (who.user && *who.user == about.st_uid) return (mode >> 6 & wanted) == wanted;
    if (who.groups.contains(about.st_gid)) return (mode >> 3 & wanted) == wanted;
    return (mode & wanted) == wanted;
}

struct obstacle {
    fs::path path;
    struct stat about{};
    unsigned wanted = 0;
};

std::optional<obstacle> obstacle_at(service_identity const& who, fs::path const& path, bool passing) {
    obstacle out;
    out.path = path;
    if (::stat(path.c_str(), &out.about) != 0) return std::nullopt; // it is not there, or we cannot tell
    bool const folder = S_ISDIR(out.about.st_mode);
    out.wanted = passing ? 1U : folder ? 5U : 4U;
    if (may(who, out.about, out.wanted)) return std::nullopt;
    return out;
}

std::optional<obstacle> obstacle_below(service_identity const& who, fs::path const& top) {
    std::error_code fault;
    fs::recursive_directory_iterator next{top, fault};
    for (int seen = 0; !fault && seen < most_entries && next != fs::recursive_directory_iterator{}; ++seen) {
        if (auto found = obstacle_at(who, next->path(), false)) return found;
        next.increment(fault);
    }
    return std::nullopt;
}

/// The first thing between the root, or the place that a drop-in shows, and the end of a path that the
/// service may not pass or read.
std::optional<obstacle>
first_obstacle(service_unit const& unit, service_identity const& who, fs::path const& path) {
    auto const shown = shown_by(unit, path);
    fs::path so_far;
    for (auto const& part : path) {
        so_far /= part;
        if (so_far == path) break;
        if (!shown.empty() && !lies_below(so_far, shown)) continue;
        if (auto found = obstacle_at(who, so_far, true)) return found;
    }
    if (auto found = obstacle_at(who, path, false)) return found;
    return obstacle_below(who, path);
}

std::string group_name(gid_t group) {
    auto const* const entry = ::getgrgid(group);
    return entry == nullptr ? std::to_string(group) : std::string{entry->gr_name};
}

/// A group that may read it already is given to the service; else the owner must let somebody.
std::string cure_of(obstacle const& found) {
    bool const by_group =
        (found.about.st_mode >> 3 & found.wanted) == found.wanted && found.about.st_gid != 0;
    if (by_group) return drop_in({"SupplementaryGroups=" + group_name(found.about.st_gid)});
    return fmt::format(
        "; give a group the right (chgrp GROUP, chmod g+{}), and the service that group{}",
        found.wanted == 1U ? "x" : "rX",
        drop_in({"SupplementaryGroups=GROUP"})
    );
}

} // namespace

bool lies_below(std::filesystem::path const& path, std::filesystem::path const& top) {
    auto const [end, ignored] = std::mismatch(top.begin(), top.end(), path.begin(), path.end());
    return end == top.end();
}

std::string drop_in(std::vector<std::string> const& lines) {
    std::string out = "; `systemctl edit modelwatchd`:\n    [Service]";
    for (auto const& line : lines)
        out += "\n    " + line;
    return out;
}

service_identity identity_of(service_unit const& unit) {
    service_identity out;
    if (auto const* const user = ::getpwnam(unit.last("User").c_str())) {
        out.user = user->pw_uid;
        out.groups.insert(user->pw_gid);
    }
    auto names = unit.words("SupplementaryGroups");
    if (auto const group = unit.last("Group"); !group.empty()) names.push_back(group);
    for (auto const& name : names) {
        if (auto const* const group = ::getgrnam(name.c_str())) out.groups.insert(group->gr_gid);
    }
    return out;
}

std::optional<kept>
kept_back(std::filesystem::path const& named, service_unit const& unit, service_identity const& who) {
    std::error_code fault;
    if (!fs::exists(named, fault) && !fault) return std::nullopt;
    auto const path = real_path(named);
    auto const veil = hidden(unit, path);
    if (!veil.setting.empty())
        return kept{
            fmt::format("the service does not see {} ({})", path.string(), veil.setting), drop_in(veil.cure)
        };
    auto const found = first_obstacle(unit, who, path);
    if (!found) return std::nullopt;
    auto const what = fmt::format(
        "the service may not {} {} (mode {:04o}, group {})",
        found->wanted == 1U ? "pass" : "read",
        found->path.string(),
        found->about.st_mode & 07777U,
        group_name(found->about.st_gid)
    );
    return kept{what, cure_of(*found)};
}

} // namespace modelwatch::config
