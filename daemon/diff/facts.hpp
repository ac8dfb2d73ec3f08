#pragma once

#include "daemon/diff/diff.hpp"
#include "daemon/diff/file_set.hpp"
#include "daemon/diff/reach_change.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::diff {

/// What happened to the commits between baseline and now, as far as the hub tells.
struct history {
    bool moved = false;                       ///< the revision is at another commit than the baseline
    bool is_pointer = false;                  ///< a tag or a full commit: it should never move
    bool rewritten = false;                   ///< proven: the baseline commit is no ancestor any more
    std::optional<std::size_t> commits_since; ///< known only where the log holds both ends
};

/// What each judgement below looks at: computed once per comparison.
struct facts {
    explicit facts(comparison const& input);

    comparison const& in;
    std::string baseline_commit; ///< empty: no baseline
    file_set before;             ///< empty without a baseline state
    file_set after;
    std::vector<file_delta> files; ///< empty without a baseline state
    text_index texts;
    reach_change switches; ///< what loaders are made to run or fetch
    history past;

    [[nodiscard]] bool has_moves() const noexcept;

    [[nodiscard]] bool has_baseline() const noexcept { return in.baseline != nullptr; }

    [[nodiscard]] snapshot const& now() const noexcept { return *in.current; }

    /// The hub shows other bytes under the very commit that the baseline was taken at.
    [[nodiscard]] bool same_commit() const noexcept { return has_baseline() && !past.moved; }
};

/// Whether two commit texts name the same commit; either may be cut to 7 digits or more.
[[nodiscard]] bool same_commit_id(std::string_view left, std::string_view right) noexcept;

/// Place of a possibly shortened commit in the log, 0 = newest.
[[nodiscard]] std::optional<std::size_t> place_in(commit_log const* log, std::string_view commit) noexcept;

// Each adds what it finds to `out`, at most one change per kind. The order does not matter.
void judge_identity(facts const& seen, std::vector<change>& out);
void judge_history(facts const& seen, std::vector<change>& out);
void judge_weights(facts const& seen, std::vector<change>& out);
void judge_code(facts const& seen, std::vector<change>& out);
void judge_templates_and_tokenizer(facts const& seen, std::vector<change>& out);
void judge_configuration(facts const& seen, std::vector<change>& out);
void judge_formats(facts const& seen, std::vector<change>& out);
void judge_scan(facts const& seen, std::vector<change>& out);
void judge_license(facts const& seen, std::vector<change>& out);
void judge_gating(facts const& seen, std::vector<change>& out);
void judge_timeliness(facts const& seen, std::vector<change>& out);

/// The answer of a hub that does not show the repo.
[[nodiscard]] change standing_change(comparison const& input);

} // namespace modelwatch::diff
