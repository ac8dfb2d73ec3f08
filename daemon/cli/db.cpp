#include "daemon/cli/session.hpp"
#include "daemon/cli/standard_output.hpp"
#include "daemon/model/json_read.hpp"

namespace modelwatch::cli {

namespace {

int check(session& s, storage::store& db) {
    auto const found = db.check();
    if (s.what.json) {
        json::array problems;
        for (auto const& one : found.problems)
            problems.emplace_back(one);
        s.out.json(json::object{
            {"ok", found.ok},
            {"problems", std::move(problems)},
            {"audit_entries", found.audit_entries},
            {"schema_version", found.schema_version}
        });
    } else if (found.ok) {
        s.out.line(
            "good: schema " + std::to_string(found.schema_version) + ", audit chain of " +
            std::to_string(found.audit_entries) + " entries is whole"
        );
    } else {
        for (auto const& one : found.problems)
            complain(one);
    }
    return found.ok ? exit_code::done : exit_code::something_to_report;
}

int repair(session& s) {
    auto const db = storage::open_store(s.settings.service.state_dir, storage::open_mode::service);
    auto const found = db->repair();
    if (s.what.json) {
        s.out.json(json::object{{"done", to_array(found.done)}, {"left", to_array(found.left)}});
    } else {
        for (auto const& one : found.done)
            s.out.line(one);
        if (found.done.empty()) s.out.line("nothing to mend");
        for (auto const& one : found.left)
            complain(one);
    }
    return found.left.empty() ? exit_code::done : exit_code::something_to_report;
}

int begin(session& s) {
    auto const& dir = s.settings.service.state_dir;
    for (auto const& aside : storage::begin_state(dir, s.what.force))
        s.out.line("moved aside: " + aside.string());
    s.out.line("an empty database is in " + dir.string() + ": what is seen next is trusted at first sight");
    return exit_code::done;
}

} // namespace

int run_db(session& s) {
    if (s.what.subcommand == "repair") return repair(s);
    if (s.what.subcommand == "init") return begin(s);
    auto const db = open_state(s);
    if (s.what.subcommand == "check") return check(s, *db);
    if (s.what.subcommand == "backup") {
        db->backup(s.what.args.front());
        s.out.line("written to " + s.what.args.front());
        return exit_code::done;
    }
    db->export_json_lines([&](std::string_view line) {
        s.out.line(line);
        if (output_is_lost()) throw output_lost{};
    });
    return exit_code::done;
}

} // namespace modelwatch::cli
