#include "daemon/diff/facts.hpp"

#include "daemon/model/commit_id.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>

namespace modelwatch::diff {

namespace {

constexpr std::size_t shortest_commit = 7;

bool is_commit_text(std::string_view text) noexcept {
    return is_commit_prefix(text, shortest_commit);
}

std::string commit_to_compare_with(comparison const& input) {
    if (input.baseline != nullptr) return input.baseline->commit;
    if (input.baseline_is_pinned) return input.target.baseline;
    // A revision that is a full commit names what must be there, even on the first poll.
    return is_full_commit(input.target.revision) ? input.target.revision : std::string{};
}

bool reaches_the_first_commit(commit_log const& log) noexcept {
    return log.complete || (log.total && *log.total > 0 && log.commits.size() >= *log.total);
}

bool has_shrunk(commit_log const& log, comparison const& input) noexcept {
    return log.total && input.baseline_commits && *log.total < *input.baseline_commits;
}

history history_of(comparison const& input, std::string const& baseline_commit) {
    history out;
    if (baseline_commit.empty()) return out;
    auto const& current = *input.current;
    out.moved = !same_commit_id(baseline_commit, current.commit);
    out.is_pointer = current.is_tag || (input.baseline != nullptr && input.baseline->is_tag) ||
                     is_full_commit(input.target.revision);
    auto const head = place_in(input.log, current.commit);
    // A log without the commit that we look at belongs to another moment: it proves nothing.
    if (!out.moved || !head) return out;
    auto const base = place_in(input.log, baseline_commit);
    if (base && *base > *head) out.commits_since = *base - *head;
    if (!base && !out.is_pointer) {
        out.rewritten = reaches_the_first_commit(*input.log) || has_shrunk(*input.log, input);
    }
    return out;
}

} // namespace

bool same_commit_id(std::string_view left, std::string_view right) noexcept {
    if (left.size() > right.size()) std::swap(left, right);
    if (left.empty()) return false;
    if (left == right) return true;
    if (!is_commit_text(left) || !is_commit_text(right)) return false;
    auto const same_digit = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
    return std::equal(left.begin(), left.end(), right.begin(), same_digit);
}

std::optional<std::size_t> place_in(commit_log const* log, std::string_view commit) noexcept {
    if (log == nullptr || !log->known) return std::nullopt;
    auto const& commits = log->commits;
    auto const found = std::find_if(commits.begin(), commits.end(), [&](commit_entry const& entry) {
        return same_commit_id(entry.id, commit);
    });
    if (found == commits.end()) return std::nullopt;
    return static_cast<std::size_t>(found - commits.begin());
}

facts::facts(comparison const& input)
    : in{input}
    , baseline_commit{commit_to_compare_with(input)}
    , before{input.baseline != nullptr ? file_set{*input.baseline} : file_set{}}
    , after{*input.current}
    , files{input.baseline != nullptr ? deltas(before, after) : std::vector<file_delta>{}}
    , texts{input.texts}
    , switches{compare_reach(files, before, after, texts)}
    , past{history_of(input, baseline_commit)} {
    // Under one commit nothing can move: whatever differs there is no renaming.
    if (past.moved) find_moves(files);
}

bool facts::has_moves() const noexcept {
    return std::any_of(files.begin(), files.end(), [](auto const& delta) { return delta.moved(); });
}

} // namespace modelwatch::diff
