#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::config {

/// What the [Service] section of modelwatchd.service says on this host, drop-ins included.
class service_unit {
public:
    /// Takes over one file's lines, as systemd does: a later value stands beside or over an earlier one, an
    /// empty one clears the list.
    void add(std::string_view text);

    /// Every value of a key, in order.
    [[nodiscard]] std::vector<std::string> const& all(std::string const& key) const;
    /// The words of all values of a key.
    [[nodiscard]] std::vector<std::string> words(std::string const& key) const;
    [[nodiscard]] std::string last(std::string const& key) const;
    [[nodiscard]] bool yes(std::string const& key) const;
    /// Whether the service is given a credential of this name.
    [[nodiscard]] bool gives(std::string_view credential) const;

private:
    std::map<std::string, std::vector<std::string>> values_;
};

struct host_unit {
    service_unit unit;
    bool installed = false; ///< else: the unit as shipped
};

/// Reads the unit and its drop-ins below `root`, in systemd's order.
[[nodiscard]] host_unit read_service_unit(std::filesystem::path const& root = "/");

/// Where systemd looks for the drop-ins that an administrator writes.
inline constexpr char const* drop_in_folder = "/etc/systemd/system/modelwatchd.service.d";

/// systemd/modelwatchd.service, compiled in.
[[nodiscard]] std::span<std::string_view const> shipped_unit() noexcept;

} // namespace modelwatch::config
