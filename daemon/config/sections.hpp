#pragma once

#include "daemon/config/keys.hpp"

#include <map>
#include <string>
#include <vector>

namespace modelwatch::config {

// One table of keys per section of the file. parse(), show() and the documentation all walk these.
[[nodiscard]] key_table<daemon_settings> const& daemon_keys();
[[nodiscard]] key_table<hub_settings> const& hub_keys();      ///< [hub] and [hubs.NAME]
[[nodiscard]] key_table<account_watch> const& watch_keys();   ///< [[watch]], of a repo or of an account
[[nodiscard]] key_table<account_watch> const& default_keys(); ///< [defaults]
[[nodiscard]] key_table<policy_settings> const& policy_keys();
[[nodiscard]] key_table<rubric_settings> const& rubric_keys();
[[nodiscard]] key_table<notifier_settings> const& notifier_keys();
[[nodiscard]] key_table<digest_settings> const& digest_keys();
[[nodiscard]] key_table<heartbeat_settings> const& heartbeat_keys();
[[nodiscard]] key_table<hooks_settings> const& hooks_keys();
[[nodiscard]] key_table<settings> const& advisories_keys();

/// What reading a section needs besides its table.
struct reading {
    settings& out;
    report& log;
    environment const& env;
    std::filesystem::path folder; ///< of the configuration file

    [[nodiscard]] section at(std::string label, std::string prefix) const {
        return {log, std::move(label), std::move(prefix), folder};
    }
};

// Each takes nullptr (or an empty list) for a section that is not there, and fills in what follows from that.
using tables = std::vector<toml::table const*>;
void read_daemon(toml::table const* table, reading const& what);
void read_hub(toml::table const* table, reading const& what);
void read_further_hubs(toml::table const* table, reading const& what);
void read_defaults(toml::table const* table, reading const& what);
void read_watches(tables const& entries, reading const& what); ///< after the hubs and [defaults]
void read_policy(toml::table const* table, reading const& what);
void read_rubric(toml::table const* table, reading const& what);
void read_notifiers(tables const& entries, reading const& what);
void read_digest(toml::table const* table, reading const& what); ///< after the notifiers
void read_heartbeat(toml::table const* table, reading const& what);
void read_hooks(toml::table const* table, reading const& what);
void read_advisories(toml::table const* table, reading const& what);

} // namespace modelwatch::config
