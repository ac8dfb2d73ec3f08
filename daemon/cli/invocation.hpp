#pragma once

#include "daemon/model/severity.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace modelwatch::cli {

/// What the command line asks for.
struct invocation {
    std::string command;    ///< "check", "alerts"
    std::string subcommand; ///< "list"; empty where the command has none
    std::optional<std::filesystem::path> config;
    std::vector<std::string> args; ///< repos, ids, names, files
    bool json = false;
    bool markdown = false;
    bool dry_run = false;
    bool all = false;
    severity fail_on = severity::high;
    std::string fail_on_rating; ///< of `assess`: "Medium"; empty: only what the policy allows counts
    std::size_t limit = 50;
    std::string commit;
    std::string by;
    std::string reason;
    std::string until;
    std::string requested_by;
    std::string approved_by;
    std::string max_age;          ///< as typed
    std::string format = "table"; ///< of a report
    std::string output;           ///< file for a report; empty: standard output
    std::string hub = "hub";
    std::string repo_glob;
    std::string kind_glob;
    std::string only_severity; ///< of listed alerts; empty: any
    std::string only_state;    ///< the same
    std::vector<std::string> labels; ///< "env=prod"
    bool drill = false;
    bool preview = false;
    bool send = false;
    bool service = false; ///< for the systemd unit
    bool force = false;
};

/// The parsed command line, or the exit code when it is all done already (help, version, a wrong option).
[[nodiscard]] std::variant<invocation, int> parse_command_line(int argc, char const* const* argv);

/// One command or option for the completion scripts.
struct command_shape {
    std::string name;
    std::string about;
    std::vector<std::string> options; ///< "--json"
    std::vector<command_shape> children;
};

[[nodiscard]] command_shape describe_commands();

} // namespace modelwatch::cli
