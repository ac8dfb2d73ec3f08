#include "daemon/config/config.hpp"

#include "daemon/assembly.hpp"
#include "daemon/cli/session.hpp"
#include "daemon/config/key_docs.hpp"
#include "daemon/config/secrets.hpp"
#include "daemon/config/service_view.hpp"
#include "daemon/model/text.hpp"
#include "daemon/rule_warnings.hpp"

#include <boost/asio/io_context.hpp>

namespace modelwatch::cli {

namespace {

json::array problem_rows(std::vector<config::problem> const& problems) {
    json::array out;
    for (auto const& one : problems) {
        out.push_back(json::object{{"where", one.where}, {"key", one.key}, {"what", one.what}});
    }
    return out;
}

/// What the unit of the service makes of it, where this is its configuration or --service says so.
std::vector<std::string> about_service(session const& s, config::settings const& value) {
    auto const host = config::read_service_unit();
    bool const its_own = host.installed && config::is_of_service(value.file, host.unit);
    if (!s.what.service && !its_own) return {};
    return config::service_warnings(value, host.unit, config::identity_of(host.unit));
}

/// An error that begins with a place of the file, "modelwatch.toml:12: …", has named it already.
config::problem problem_of(config::settings const& settings, std::string const& key, error const& failure) {
    auto const file = settings.file.string();
    auto const message = failure.message();
    auto const end = message.find(": ");
    bool const placed = !file.empty() && message.starts_with(file + ":") && end != std::string::npos;
    if (!placed) return {file, key, message};
    return {message.substr(0, end), key, message.substr(end + 2)};
}

/// What the start would refuse: its parts are made and thrown away.
std::vector<config::problem> assembly_problems(session const& s, config::settings const& settings) {
    std::vector<config::problem> out;
    asio::io_context loop{1};
    machinery parts{loop.get_executor(), most_connections(settings)};
    auto const hubs = make_hubs(settings, parts, s.env);
    if (!hubs) out.push_back(problem_of(settings, "hub", hubs.error()));
    auto const lanes = make_lanes(settings, parts, s.env);
    if (!lanes) out.push_back(problem_of(settings, "notifier", lanes.error()));
    return out;
}

int check(session& s) {
    auto loaded = config::load(s.what.config, s.env);
    auto problems = loaded.problems;
    if (loaded.ok()) {
        auto secrets = config::check_secrets_beside(loaded.value, s.env);
        problems = std::move(secrets.problems);
        auto& warnings = loaded.value.warnings;
        warnings.insert(warnings.end(), secrets.warnings.begin(), secrets.warnings.end());
        bool const all_known = secrets.warnings.empty();
        auto const service = about_service(s, loaded.value);
        warnings.insert(warnings.end(), service.begin(), service.end());
        auto const rules = make_rules(loaded.value);
        if (!rules) problems.push_back(problem_of(loaded.value, "policy", rules.error()));
        if (problems.empty() && all_known) problems = assembly_problems(s, loaded.value);
        if (rules) {
            for (auto& one : warnings_about(loaded.value, *rules))
                loaded.value.warnings.push_back(std::move(one));
        }
    }
    bool const good = problems.empty();
    if (s.what.json) {
        json::array warnings;
        for (auto const& one : loaded.value.warnings)
            warnings.emplace_back(one);
        s.out.json(json::object{
            {"ok", good}, {"problems", problem_rows(problems)}, {"warnings", std::move(warnings)}
        });
        return good ? exit_code::done : exit_code::wrong_usage;
    }
    for (auto const& one : problems)
        complain(one.text());
    for (auto const& one : loaded.value.warnings)
        complain("warning: " + one);
    if (!good) return exit_code::wrong_usage;
    auto const origin =
        loaded.value.file.empty() ? std::string{"built-in defaults"} : loaded.value.file.string();
    s.out.line(
        origin + ": good; " + counted(loaded.value.watches.size(), "watched repo") + ", " +
        counted(loaded.value.accounts.size(), "account") + ", " +
        counted(loaded.value.notifiers.size(), "notifier")
    );
    return exit_code::done;
}

int list_keys(session& s) {
    json::array rows;
    std::string section;
    for (auto const& one : config::documented_keys()) {
        if (s.what.json) {
            rows.push_back(json::object{
                {"section", one.section}, {"key", one.name}, {"kind", one.kind}, {"about", one.doc}
            });
            continue;
        }
        if (one.section != section) s.out.line((section.empty() ? "" : "\n") + one.section);
        section = one.section;
        s.out.line("  " + one.name + " (" + one.kind + "): " + one.doc);
    }
    if (s.what.json) s.out.json(json::object{{"keys", std::move(rows)}});
    return exit_code::done;
}

} // namespace

int run_config(session& s) {
    if (s.what.subcommand == "check") return check(s);
    if (s.what.subcommand == "keys") return list_keys(s);
    auto loaded = config::load(s.what.config, s.env);
    for (auto const& problem : loaded.problems)
        complain(problem.text());
    if (!loaded.ok()) return exit_code::wrong_usage;
    s.out.line(trimmed(config::show(loaded.value)));
    return exit_code::done;
}

} // namespace modelwatch::cli
