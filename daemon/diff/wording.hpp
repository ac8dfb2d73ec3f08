#pragma once

#include "daemon/diff/facts.hpp"

#include <initializer_list>

namespace modelwatch::diff {

/// Text of the publisher, safe to show and of bounded length.
[[nodiscard]] std::string quoted(std::string_view text, std::size_t limit = 120);

/// "1425aa06" of a sha256 or "git:1425aa06" of a blob id; "unknown" for nothing.
[[nodiscard]] std::string short_proof(std::string_view proof);

/// "ec89142b → 4f0a…", or "ec89142b, unchanged commit".
[[nodiscard]] std::string commit_step(facts const& seen);

/// The path of the only file, else "N files".
[[nodiscard]] std::string subject_of(std::vector<file_evidence> const& files, std::size_t total);

/// The commits between baseline and now, newest first: titles and authors, in one sentence; empty when not
/// known.
[[nodiscard]] std::string commits_sentence(facts const& seen);

/// A change of `kind` about these files, with both commits, the proof and the subject filled in, and in
/// `detail` what happened to each of the first files.
[[nodiscard]] change
about_files(facts const& seen, alert_kind kind, std::vector<file_delta const*> const& files);

/// A change of `kind` with both commits filled in.
[[nodiscard]] change about_repo(facts const& seen, alert_kind kind);

/// Adds to `detail` the commits involved and whether the deployed commit is affected; the latter also to
/// `evidence`.
void close(facts const& seen, change& what);

/// "3 weight files" or the one path.
[[nodiscard]] std::string named(std::vector<file_delta const*> const& files, std::string_view noun);

/// Those that pass the test.
[[nodiscard]] std::vector<file_delta const*>
those(facts const& seen, std::function<bool(file_delta const&)> const& test);

[[nodiscard]] json::array to_array(std::vector<std::string> const& texts);

/// Sentences joined by one space, empty ones left out.
[[nodiscard]] std::string sentences(std::initializer_list<std::string_view> parts);

} // namespace modelwatch::diff
