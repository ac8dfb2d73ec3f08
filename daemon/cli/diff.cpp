#include "daemon/diff/diff.hpp"

#include "daemon/cli/session.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"

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

std::string text_difference(storage::store& db, diff::file_difference const& one) {
    auto const content = [&](file_entry const* file) -> std::optional<std::string> {
        if (file == nullptr) return std::string{};
        return db.text(file->content_id());
    };
    auto const before = content(one.before);
    auto const after = content(one.after);
    if (!before || !after) return {};
    return diff::unified_text_diff("a/" + one.path, *before, "b/" + one.path, *after);
}

std::string hash_of(file_entry const* file) {
    return file == nullptr ? std::string{} : file->sha256.empty() ? "git:" + file->oid : file->sha256;
}

json::object row_of(diff::file_difference const& one, std::string const& text) {
    auto const size = [](file_entry const* file) {
        return file == nullptr ? json::value(nullptr) : json::value(file->size);
    };
    return {
        {"path", one.path},
        {"change", one.what},
        {"role", diff::to_string(one.role)},
        {"old_sha256", or_null(hash_of(one.before))},
        {"new_sha256", or_null(hash_of(one.after))},
        {"old_size", size(one.before)},
        {"new_size", size(one.after)},
        {"text_diff", or_null(text)}
    };
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
        return file == nullptr ? std::string{"-"} : hash_of(file) + "  " + human_size(file->size);
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
        json::array files;
        for (auto const& one : differences)
            files.push_back(row_of(one, text_difference(*db, one)));
        s.out.json(json::object{
            {"repo", targets->front().repo},
            {"from", states->from.commit},
            {"to", states->to.commit},
            {"files", std::move(files)}
        });
        return exit_code::done;
    }
    s.out.line(s.out.bold(targets->front().repo) + "  " + states->from.commit + " .. " + states->to.commit);
    if (differences.empty()) s.out.line("no file differs");
    for (auto const& one : differences)
        print_one(s.out, one, text_difference(*db, one));
    return exit_code::done;
}

} // namespace modelwatch::cli
