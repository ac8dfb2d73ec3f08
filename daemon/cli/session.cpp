#include "daemon/cli/session.hpp"

#include "daemon/accounts.hpp"
#include "daemon/log.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <array>
#include <iostream>
#include <utility>

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

bool means(std::string const& argument, watch const& target) {
    return argument == target.repo || argument == target.repo + "@" + target.revision ||
           argument == target.hub + "/" + target.repo;
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

std::unique_ptr<storage::store> open_state(session const& s) {
    return storage::open_store(s.settings.service.state_dir, storage::open_mode::operate);
}

link_source links_of(session const& s, std::string const& hub) {
    auto const found = s.settings.hubs.find(hub);
    auto const endpoint = found == s.settings.hubs.end() ? std::string{} : found->second.endpoint;
    return [endpoint](std::string_view repo, std::string_view commit) {
        auto out = endpoint + "/" + std::string{repo};
        return commit.empty() ? out : out + "/commit/" + std::string{commit};
    };
}

result<std::vector<watch>> watches_of_repo(session& s, storage::store& db, std::string const& repo) {
    auto words = std::exchange(s.what.args, {repo});
    auto found = select_watches(s, db);
    s.what.args = std::move(words);
    if (!found) return found;
    for (auto const& one : *found) {
        if (one.hub == found->front().hub && one.repo == found->front().repo) continue;
        return failure(
            errc::invalid,
            printable(repo) + " is watched on several hubs",
            "name one: " + found->front().hub + "/" + found->front().repo
        );
    }
    return found;
}

result<std::vector<watch>> select_watches(session const& s, storage::store& db) {
    auto const all = all_watches(s.settings, db);
    if (s.what.args.empty()) return all;
    std::vector<watch> out;
    for (auto const& argument : s.what.args) {
        auto const before = out.size();
        std::copy_if(all.begin(), all.end(), std::back_inserter(out), [&](watch const& w) {
            return means(argument, w);
        });
        if (out.size() > before) continue;
        std::vector<std::string> names;
        for (auto const& one : all)
            names.push_back(one.repo);
        auto const near = nearest(argument, names);
        return failure(
            errc::invalid,
            printable(argument) + " is not watched",
            near ? "did you mean " + *near + "?"
                 : "add a [[watch]] with repo = \"" + printable(argument) + "\" to the configuration"
        );
    }
    return out;
}

} // namespace modelwatch::cli
