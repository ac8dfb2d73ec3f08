#include "daemon/diff/wording.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace modelwatch::diff {

namespace {

/// Weights whose bytes differ: those that only moved do not.
bool is_other_weights(file_delta const& delta) noexcept {
    if (delta.moved()) return false;
    return delta.was.role == file_role::weights || delta.is.role == file_role::weights;
}

/// nullopt: the baseline's files are not known.
std::optional<bool> weights_are_unchanged(facts const& seen) {
    if (!seen.has_baseline()) return std::nullopt;
    return std::none_of(seen.files.begin(), seen.files.end(), is_other_weights);
}

void note_weights(change& what, std::optional<bool> unchanged) {
    what.evidence["weights_unchanged"] = unchanged ? json::value(*unchanged) : json::value(nullptr);
}

std::string_view weights_words(std::optional<bool> unchanged) noexcept {
    if (!unchanged) return "whether the weights are the same is not known";
    return *unchanged ? "every weight file is unchanged" : "weight files differ";
}

/// A pin that was never recorded and that the hub does not know: mistyped more often than rewritten away, and
/// nobody can tell which from here.
void name_the_pin(facts const& seen, change& out) {
    out.evidence["baseline_known"] = false;
    out.summary = fmt::format(
        "the hub does not know this commit: {}, the `baseline` of this [[watch]]; {} is at {}",
        short_commit(seen.baseline_commit),
        out.subject,
        short_commit(seen.now().commit)
    );
    out.detail =
        "`baseline` in the configuration names a commit that the hub does not know. Either it is mistyped, "
        "or upstream has rewritten its history since that commit was reviewed.";
    out.action =
        "Compare `baseline` with the commits that `modelwatch history` shows. If it is spelt right, the "
        "history was rewritten: review what is there now like a new model.";
}

change rewritten(facts const& seen) {
    auto out = about_repo(seen, alert_kind::history_rewritten);
    auto const unchanged = weights_are_unchanged(seen);
    note_weights(out, unchanged);
    if (seen.in.log->total) out.evidence["commits_now"] = *seen.in.log->total;
    if (seen.in.baseline_commits) out.evidence["commits_then"] = *seen.in.baseline_commits;
    out.subject = quoted(seen.in.target.revision);
    out.summary = fmt::format(
        "History of {} rewritten: baseline {} is no ancestor of {}; {}",
        out.subject,
        short_commit(seen.baseline_commit),
        short_commit(seen.now().commit),
        weights_words(unchanged)
    );
    out.detail =
        "The commit that the baseline was taken at is not in the history of this revision any more: it was "
        "replaced by a force push, a squash or a reset. The trail that led to the reviewed state is lost.";
    if (!seen.has_baseline()) name_the_pin(seen, out);
    close(seen, out);
    return out;
}

change pointer_moved(facts const& seen) {
    auto out = about_repo(seen, alert_kind::tag_moved);
    auto const unchanged = weights_are_unchanged(seen);
    note_weights(out, unchanged);
    out.subject = quoted(seen.in.target.revision);
    out.summary = fmt::format(
        "{} now points at {} instead of {}; {}",
        out.subject,
        short_commit(seen.now().commit),
        short_commit(seen.baseline_commit),
        weights_words(unchanged)
    );
    out.detail = "A tag or a full commit names one state for good; this one was set to another state.";
    close(seen, out);
    return out;
}

/// Says which files only got another path.
void tell_moves(facts const& seen, change& what) {
    auto const files = those(seen, [](auto const& delta) { return delta.removed() && delta.moved(); });
    json::array moved;
    for (auto const* const delta : files) {
        if (moved.size() >= max_evidence_files) break;
        moved.push_back(json::object{
            {"from", printable(delta->before->path)},
            {"to", printable(delta->twin->path)},
            {"sha256", proof_of(*delta->before)},
            {"size", delta->before->size}
        });
    }
    if (moved.empty()) return;
    what.evidence["moved"] = std::move(moved);
    auto const& first = *files.front();
    if (what.kind == alert_kind::commits_added)
        what.summary += fmt::format("; {} moved", named(files, "file"));
    auto const more = files.size() == 1 ? std::string{} : fmt::format(" ({} moved in all)", files.size());
    what.detail = sentences(
        {what.detail,
         fmt::format(
             "{} only moved to {}: the same bytes, {}{}.",
             quoted(first.before->path, 100),
             quoted(first.twin->path, 100),
             short_proof(proof_of(*first.before)),
             more
         )}
    );
}

bool graver(change const& what) noexcept {
    constexpr auto kinds = std::to_array<alert_kind>(
        {alert_kind::weights_replaced,
         alert_kind::weights_removed,
         alert_kind::weights_added,
         alert_kind::history_rewritten,
         alert_kind::tag_moved,
         alert_kind::code_added,
         alert_kind::code_changed,
         alert_kind::template_changed,
         alert_kind::unsafe_format_added}
    );
    // A condition that held before these commits says nothing about them.
    if (what.evidence.contains("standing")) return false;
    return std::find(kinds.begin(), kinds.end(), what.kind) != kinds.end();
}

/// A small file whose name tells nothing; what git and editors leave behind is left out.
bool is_of_unknown_kind(file_delta const& delta) noexcept {
    auto const& path = delta.path();
    auto const name = path.find_last_of('/') == std::string::npos ? 0 : path.find_last_of('/') + 1;
    return delta.role() == file_role::other && path[name] != '.';
}

std::string touches(facts const& seen) {
    if (!seen.has_baseline())
        return "The files of the pinned baseline are not known, so what they touch is not: the hub does not "
               "know "
               "this commit, or does not show it. Check `baseline` of this [[watch]].";
    auto const unknown = those(seen, is_of_unknown_kind);
    if (!unknown.empty()) {
        return fmt::format(
            "They touch no known weights, code, templates or formats; of what kind {} is, its name does not "
            "tell.",
            named(unknown, "file")
        );
    }
    if (!seen.switches.unread.empty()) {
        return fmt::format(
            "They touch no weights, templates or formats. Whether loaders would run other code is not known: "
            "{}.",
            told(seen.switches.unread)
        );
    }
    if (seen.has_moves()) return "They touch no code, templates or formats, and no weights but by a move.";
    return "They touch no weights, code, templates or formats.";
}

change commits_added(facts const& seen) {
    auto out = about_repo(seen, alert_kind::commits_added);
    auto const count = seen.past.commits_since;
    out.subject = count ? counted(*count, "commit") : "new commits";
    out.evidence["commits"] = count ? json::value(*count) : json::value(nullptr);
    out.summary =
        fmt::format("{} on {}, {}", out.subject, quoted(seen.in.target.revision), commit_step(seen));
    out.detail = touches(seen);
    if (!count) {
        // A gate hides the history from us: that it was only added to is not known, and must not read as if
        // it were.
        out.evidence["history_known"] = false;
        out.summary = fmt::format(
            "{} moved, {}; its history cannot be read", quoted(seen.in.target.revision), commit_step(seen)
        );
        out.detail += " The hub does not show the history to us, so a rewritten one is not excluded.";
        out.action = "Compare the two commits; give a token that may read the repo, so that its history can "
                     "be judged.";
    }
    json::array titles;
    auto const head = place_in(seen.in.log, seen.now().commit);
    for (std::size_t i = 0; head && count && i < std::min<std::size_t>(*count, 20); ++i) {
        titles.emplace_back(quoted(seen.in.log->commits[*head + i].title));
    }
    out.evidence["titles"] = std::move(titles);
    close(seen, out);
    return out;
}

} // namespace

void judge_history(facts const& seen, std::vector<change>& out) {
    if (!seen.past.moved) return;
    if (seen.past.is_pointer) {
        out.push_back(pointer_moved(seen));
    } else if (seen.past.rewritten) {
        out.push_back(rewritten(seen));
    }
    auto grave = std::find_if(out.begin(), out.end(), graver);
    if (grave == out.end()) grave = out.insert(out.end(), commits_added(seen));
    tell_moves(seen, *grave);
}

} // namespace modelwatch::diff
