#include "daemon/diff/diff.hpp"

#include "daemon/cli/session.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/text.hpp"
#include "daemon/views.hpp"

namespace modelwatch::cli {

namespace {

struct pair_of_states {
    snapshot from;
    snapshot to;
};

error no_snapshot(std::string const& repo, std::string const& commit) {
    return failure(
        errc::not_found,
        repo + ": no recorded snapshot of commit " + printable(commit),
        "`modelwatch history " + repo + "` lists what is recorded"
    );
}

result<pair_of_states> choose(storage::store& db, watch const& target, std::vector<std::string> const& args) {
    auto const row = db.find_watch(target.key());
    if (!row || !row->latest) {
        return failure(
            errc::not_found, target.repo + ": nothing recorded yet", "run `modelwatch check` first"
        );
    }
    std::optional<snapshot> from;
    if (args.size() > 1) {
        from = db.find_snapshot(target.key(), args[1]);
        if (!from) return no_snapshot(target.repo, args[1]);
    } else if (row->baseline && row->baseline->snapshot) {
        from = db.load_snapshot(*row->baseline->snapshot);
    }
    auto to = args.size() > 2 ? db.find_snapshot(target.key(), args[2]) : db.load_snapshot(*row->latest);
    if (!from) return no_snapshot(target.repo, "of the baseline");
    if (!to) return no_snapshot(target.repo, args.size() > 2 ? args[2] : "of the latest state");
    return pair_of_states{std::move(*from), std::move(*to)};
}

void print_text(terminal const& to, std::string_view text) {
    for (auto const line : split(text, '\n')) {
        auto const shown = printable(line);
        bool const added = line.starts_with('+');
        bool const removed = line.starts_with('-');
        to.line(
            added     ? to.painted(shown, severity::low)
            : removed ? to.painted(shown, severity::high)
                      : shown
        );
    }
}

void print_one(terminal const& to, diff::file_difference const& one, std::string const& text) {
    to.line(
        to.bold(one.what + " " + printable(one.path)) + "  (" + std::string{diff::to_string(one.role)} + ")"
    );
    auto const side = [](file_entry const* file) {
        return file == nullptr ? std::string{"-"} : views::content_hash(file) + "  " + human_size(file->size);
    };
    to.line("  before  " + side(one.before));
    to.line("  after   " + side(one.after));
    if (!text.empty()) print_text(to, text);
}

} // namespace

int run_diff(session& s) {
    auto const db = open_state(s);
    auto const args = s.what.args;
    s.what.args.resize(1);
    auto const targets = select_watches(s, *db);
    if (!targets) return report(targets.error());
    auto const states = choose(*db, targets->front(), args);
    if (!states) return report(states.error());
    auto const differences = diff::compare_files(states->from, states->to);
    if (s.what.json) {
        s.out.json(json::object{
            {"repo", targets->front().repo},
            {"from", states->from.commit},
            {"to", states->to.commit},
            {"files", views::differences(*db, differences)}
        });
        return exit_code::done;
    }
    s.out.line(s.out.bold(targets->front().repo) + "  " + states->from.commit + " .. " + states->to.commit);
    if (differences.empty()) s.out.line("no file differs");
    for (auto const& one : differences)
        print_one(s.out, one, views::text_difference(*db, one));
    return exit_code::done;
}

} // namespace modelwatch::cli
