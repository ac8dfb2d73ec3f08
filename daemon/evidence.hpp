#pragma once

#include "daemon/assess/evidence.hpp"
#include "daemon/assess/licenses.hpp"
#include "daemon/hub/hub_client.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// From what a hub answered to what a rating rests on. Pure; what was not told stays unknown.
namespace modelwatch {

/// When a model itself last changed: the newest commit among its weights, configuration, tokenizer, template
/// and code (assess.md 3.2). A commit to the card alone does not count.
struct model_change {
    instant at{};
    std::string title;
};

/// nullopt: the hub dated none of those files.
[[nodiscard]] std::optional<model_change> newest_model_change(std::vector<hub::dated_file> const& files);

[[nodiscard]] assess::format_evidence format_of(snapshot const& state);

/// License files at the top of the repo that are small enough to be read, by path, at most 8.
[[nodiscard]] std::vector<file_entry> license_files(std::vector<file_entry> const& files);

/// What the texts of the license files among these were recognised as; at most 8.
[[nodiscard]] std::vector<assess::license_text_evidence> recognize_licenses(
    std::vector<file_entry> const& files,
    std::vector<text_file> const& texts,
    assess::license_table const& table
);

/// The worst level that the hub tells, the repo's verdict and the files' together; nullopt: it tells nothing.
/// A scan that is not finished is `queued`, unless something worse was found already. `dates` may be null.
[[nodiscard]] std::optional<scan_level>
worst_scan(std::optional<scan_report> const& scan, std::vector<hub::dated_file> const* dates);

/// What one repo says of itself. The account, bases, succession, card and baseline are for others to add;
/// `bases` holds the names that the card declares. `dates` may be null; `texts` hold its configuration, as
/// far as it could be had.
[[nodiscard]] assess::evidence evidence_of(
    snapshot const& state,
    standing place,
    std::vector<hub::dated_file> const* dates,
    std::span<text_file const> texts = {}
);

/// Evidence about a model that the hub does not show us.
[[nodiscard]] assess::evidence
evidence_of_absent(std::string hub, std::string repo, std::string revision, standing place, instant now);

/// What could not be observed this time keeps the last known value (assess.md 2.3: observed, now stale), and
/// `observed_at` tells the age of the oldest part that was kept. Facts about the files go over only from the
/// same commit, and nothing at all from a repo that another one has replaced under the same name.
[[nodiscard]] assess::evidence merged(assess::evidence const& previous, assess::evidence fresh);

/// As much of a card as is ever read: its front matter and the beginning of the text. nullopt: `readme` was
/// cut (`whole` is false) before the text begins.
[[nodiscard]] std::optional<std::string> card_head(std::string_view readme, bool whole);

} // namespace modelwatch
