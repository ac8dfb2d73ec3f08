#include "daemon/cli/session.hpp"

#include "daemon/log.hpp"

#include <algorithm>
#include <array>
#include <iostream>
#include <pwd.h>
#include <unistd.h>

namespace modelwatch::cli {

namespace {

struct command {
    std::string_view name;
    int (*run)(session&);
    bool needs_configuration;
};

constexpr auto commands = std::to_array<command>(
    {{"daemon", run_daemon, true},
     {"check", run_check, true},
     {"assess", run_assess, true},
     {"status", run_status, true},
     {"history", run_history, true},
     {"diff", run_diff, true},
     {"accept", run_accept, true},
     {"review", run_review, true},
     {"gate", run_gate, true},
     {"alerts", run_alerts, true},
     {"outbox", run_outbox, true},
     {"notify", run_notify, true},
     {"digest", run_digest, true},
     {"discover", run_discover, false},
     {"init", run_init, false},
     {"config", run_config, false},
     {"db", run_db, true},
     {"explain", run_explain, false},
     {"version", run_version, false},
     {"completion", run_completion, false}}
);

/// Commands for people stay quiet below warnings unless the configuration asks for more.
void start_command_log(session const& s) {
    auto how = parse_log_settings(s.settings.service.log_level, s.settings.service.log_format);
    bool const service = s.what.command == "daemon";
    if (!service && how.level == log_level::info) how.level = log_level::warn;
    start_log(how);
}

bool load_configuration(session& s) {
    auto loaded = config::load(s.what.config, s.env);
    for (auto const& problem : loaded.problems)
        complain(problem.text());
    if (!loaded.ok()) return false;
    s.settings = std::move(loaded.value);
    start_command_log(s);
    bool const polls = s.what.command == "daemon" || s.what.command == "check";
    for (auto const& warning : s.settings.warnings) {
        if (polls) complain("warning: " + warning);
    }
    return true;
}

} // namespace

int run(invocation what) {
    session s{.what = std::move(what), .out = {}, .env = config::process_environment(), .settings = {}};
    try {
        auto const named = [&](command const& one) { return one.name == s.what.command; };
        auto const found = std::find_if(commands.begin(), commands.end(), named);
        if (found == commands.end()) return exit_code::wrong_usage;
        if (found->needs_configuration && !load_configuration(s)) return exit_code::wrong_usage;
        return found->run(s);
    } catch (std::exception const& e) {
        complain(e.what());
        return exit_code::not_done;
    }
}

int report(error const& failure) {
    complain(failure.what);
    if (!failure.hint.empty()) complain("  " + failure.hint);
    return failure.code == errc::invalid ? exit_code::wrong_usage : exit_code::not_done;
}

std::string who_decides(session const& s) {
    if (!s.what.by.empty()) return s.what.by;
    if (auto const caller = s.env("SUDO_USER"); caller && !caller->empty()) return *caller;
    if (auto const* const user = ::getpwuid(::getuid()); user != nullptr) return user->pw_name;
    return "uid " + std::to_string(::getuid());
}

std::unique_ptr<storage::store> open_state(session const& s) {
    return storage::open_store(s.settings.service.state_dir, storage::open_mode::operate);
}

} // namespace modelwatch::cli
