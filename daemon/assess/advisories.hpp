#pragma once

#include "daemon/assess/evidence.hpp"
#include "daemon/model/result.hpp"
#include "daemon/model/snapshot.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::assess {

/// Bounds of one file of advisories. What is over them is refused whole: a cut advisory would read as safe.
namespace advisory_limits {
inline constexpr std::size_t file_bytes = 8u << 20;
inline constexpr std::size_t depth = 32;
inline constexpr std::size_t advisories = 10'000;    ///< in one file
inline constexpr std::size_t affected = 10'000;      ///< packages of one advisory
inline constexpr std::size_t names = 100'000;        ///< versions or events of one package
inline constexpr std::size_t longest_summary = 500;  ///< longer ones are cut
inline constexpr std::size_t longest_address = 2048; ///< longer ones are left out
} // namespace advisory_limits

/// One step of a range of commits (OSV, `events`).
struct range_event {
    enum class step { introduced, fixed, last_affected };
    step what = step::introduced;
    std::string commit; ///< lower case; "0": the beginning
};

/// What one advisory says of one model.
struct advisory_entry {
    std::string id;
    std::vector<std::string> aliases; ///< ids of the same flaw in other databases
    std::string repo;                 ///< "namespace/name", lower case: the Hub compares so
    severity level = severity::high;
    std::string summary;
    std::string url;
    std::optional<instant> withdrawn;
    std::vector<std::string> commits;             ///< affected ones by name: hex digits, lower case
    std::vector<std::vector<range_event>> ranges; ///< each of them adds to `commits`
    bool everything = false; ///< no commits and no ranges are named, or some cannot be understood
};

/// One OSV document (osv.dev, schema 1.x), a list of them, or `{"vulns": […]}`. Packages that are no models
/// of the Hugging Face Hub (`pkg:huggingface/namespace/name`) are left out; a document without any is fine.
/// Anything that is no OSV document, and any excess, is an error that names `origin`.
[[nodiscard]] result<std::vector<advisory_entry>> parse_osv(std::string_view text, std::string_view origin);

/// The advisories that hold for a repo at `now`, one per flaw. `commits` of each lists what is affected of
/// the log and of `interest` (commits that somebody uses or asks about), empty where every commit is. A
/// commit whose place in the log is not known counts as affected, unless the advisory lists commits only.
[[nodiscard]] std::vector<advisory_evidence> advisories_of(
    std::span<advisory_entry const> all,
    std::string_view repo,
    commit_log const& log,
    std::vector<std::string> const& interest,
    instant now
);

/// Joins those that name each other as aliases, however many steps apart: together they are as grave and as
/// wide as any of them says. The first id in alphabetical order stands for all.
[[nodiscard]] std::vector<advisory_evidence> one_per_flaw(std::vector<advisory_evidence> all);

/// Whether an advisory names a commit (full, or the first 7 digits at least). An empty commit is affected.
[[nodiscard]] bool affects(advisory_evidence const& advisory, std::string_view commit) noexcept;

} // namespace modelwatch::assess
