#include "daemon/cli/session.hpp"
#include "daemon/cli/standard_output.hpp"

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

} // namespace

int run_db(session& s) {
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
