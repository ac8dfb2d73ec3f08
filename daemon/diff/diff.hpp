#pragma once

#include "daemon/model/change.hpp"
#include "daemon/model/snapshot.hpp"
#include "daemon/model/standing.hpp"
#include "daemon/model/watch.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::diff {

/// What a file is for, decided by name and place (assess.md 2.5).
enum class file_role {
    weights,
    tokenizer,
    config,
    chat_template,
    code,
    license,
    card,
    documentation,
    signature,
    other
};

[[nodiscard]] std::string_view to_string(file_role role) noexcept;

/// How dangerous the container of a file is to load, in rising order. `unknown` is a container that nobody
/// recognises: until its content says otherwise, a loader may run code for it.
enum class format_tier { none, safetensors, inert, onnx, framework, unknown, pickle, archive, executable };

[[nodiscard]] std::string_view to_string(format_tier tier) noexcept;

struct file_class {
    file_role role = file_role::other;
    format_tier tier = format_tier::none;
};

/// `siblings` are needed for the exceptions (an OpenVINO .bin beside its .xml is not a pickle). Without them,
/// and for names that PyTorch itself uses, the more dangerous reading is taken.
[[nodiscard]] file_class classify(std::string_view path, std::span<file_entry const> siblings = {});

/// The same of a file as the hub holds it. What is stored as weights are (in LFS or Xet, or too large for
/// git) and is of no kind that its name vouches for is weights of an unknown format.
[[nodiscard]] file_class classify(file_entry const& file, std::span<file_entry const> siblings = {});

/// Small text that is kept per snapshot so that people can read what changed: card, license, configs,
/// templates, code.
[[nodiscard]] bool is_kept_text(file_entry const& file);
inline constexpr std::uint64_t max_text_bytes = 256u << 10; ///< per file
inline constexpr std::uint64_t max_texts_bytes = 4u << 20;  ///< per snapshot
inline constexpr std::size_t max_text_files = 128;          ///< per snapshot

/// Whether two entries of one path hold the same bytes: by sha256 where both have one, else by git blob id;
/// where the hub gave nothing to compare, only another size is a difference (unknown never reads as changed).
[[nodiscard]] bool same_content(file_entry const& left, file_entry const& right) noexcept;

/// Everything that one poll's judgement needs. Pure: time comes in, nothing is fetched.
struct comparison {
    watch const& target;
    snapshot const* baseline = nullptr; ///< nullptr on the very first poll
    snapshot const* deployed = nullptr; ///< nullptr: not configured, or its files are not known
    standing place = standing::present;
    std::string standing_detail = {};
    /// What the hub says now. For a standing other than present: the last known state, so that alerts about
    /// it stay (a repo that goes missing undoes no change), or nullptr.
    snapshot const* current = nullptr;
    commit_log const* log = nullptr;
    instant now{};
    bool baseline_is_pinned = false; ///< by the configuration, not trust on first use
    /// The repo had been missing since the baseline was taken. Stays true until the operator accepts a
    /// baseline, else the alert about a reborn name would resolve by itself.
    bool was_missing = false;
    /// The newest finished scan before this poll, for files that an unfinished scan does not list; may be
    /// nullptr.
    scan_report const* last_known_scan = nullptr;
    /// How many commits the revision had when the baseline was taken; a smaller number now is a rewritten
    /// history.
    std::optional<std::uint64_t> baseline_commits = std::nullopt;
    /// Contents of small files as far as the caller has them, of any snapshot; found by content_id.
    std::span<text_file const> texts = {};
};

/// All differences between baseline and now, and all standing conditions, each once. Sorted by kind. An empty
/// list means: nothing to report; every open alert of the watch resolves. Throws std::logic_error when the
/// standing is present and there is no current state: that is not a judgement about anything.
[[nodiscard]] std::vector<change> compare(comparison const& input);

/// Only who answers under the name: renamed, reborn, another publisher, withdrawn. For a `current` whose
/// files are not known, because the watched revision is gone from the repo.
[[nodiscard]] std::vector<change> compare_identity(comparison const& input);

/// Whether the hub's own facts prove that the repo which answers now is not the one that answered then.
[[nodiscard]] bool is_another_repo(snapshot const& then, snapshot const& now) noexcept;

/// At most this many files are listed in one change; `files_omitted` in its evidence counts the others.
inline constexpr std::size_t max_evidence_files = 2000;

/// The next instant after `now` at which compare() would answer differently although nothing moves on the hub
/// (a model turning stale); nullopt: never.
[[nodiscard]] std::optional<instant>
next_time_condition(watch const& target, snapshot const& current, instant now);

/// How a file differs between two snapshots, for `diff REPO`.
struct file_difference {
    std::string path;
    std::string what; ///< "added", "removed", "changed"
    file_role role = file_role::other;
    file_entry const* before = nullptr; ///< nullptr: it was not there
    file_entry const* after = nullptr;
};

[[nodiscard]] std::vector<file_difference> compare_files(snapshot const& from, snapshot const& to);

/// Unified diff (as `diff -u`, three lines of context), empty when equal. Bounded: over `max_lines` of output
/// it ends with a line that says how much was left out. Linear-space Myers with a cost bound; falls back to
/// replace-all.
[[nodiscard]] std::string unified_text_diff(
    std::string_view from_name,
    std::string_view from,
    std::string_view to_name,
    std::string_view to,
    std::size_t max_lines = 400
);

} // namespace modelwatch::diff
