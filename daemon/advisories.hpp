#pragma once

#include "daemon/assess/advisories.hpp"
#include "daemon/assess/evidence.hpp"
#include "daemon/model/snapshot.hpp"
#include "daemon/model/watch.hpp"

#include <map>
#include <string>
#include <vector>

namespace modelwatch {

/// What the operator's advisory files say, read once per load of the configuration.
struct advisory_feed {
    bool configured = false; ///< `[advisories] paths` names something
    std::map<std::string, std::vector<assess::advisory_entry>> by_repo; ///< lower-case "namespace/name"
    std::size_t files = 0;                                              ///< that were read
    std::string digest;                                                 ///< moves with what any of them holds
    std::vector<std::string> problems; ///< files that were not, each with its reason; the others count
};

/// Reads every file that the globs (glob(7)) match, at most 10,000 files of 256 MiB in all. A file that
/// cannot be read or is no advisory hides no other one: it is a problem, and so is a pattern without a file.
[[nodiscard]] advisory_feed load_advisories(std::vector<std::string> const& paths);

/// Writes what the feed says of the model into its evidence: what holds for its commit, the baseline and the
/// deployed one.
void add_advisories(
    assess::evidence& facts,
    advisory_feed const& feed,
    watch const& target,
    commit_log const& log,
    std::string const& baseline_commit,
    instant now
);

} // namespace modelwatch
