#pragma once

#include "daemon/model/alert_kind.hpp"
#include "daemon/model/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace modelwatch {

/// Proof for one file: what it was, what it is. An empty hash or a missing size: it was not there.
struct file_evidence {
    std::string path;
    std::string old_sha256; ///< or the git blob id with the prefix "git:" for a file without sha256
    std::string new_sha256;
    std::optional<std::uint64_t> old_size;
    std::optional<std::uint64_t> new_size;
    bool operator==(file_evidence const&) const = default;
};

/// One typed difference between what is trusted and what is there, or one standing condition. Says facts; how
/// urgent they are is decided in `assess`.
struct change {
    alert_kind kind{};
    std::string dedupe;  ///< tells several alerts of one kind apart (an advisory's id); empty for most kinds
    std::string subject; ///< the path, "3 files", the license …
    std::string summary; ///< one line for a pager, without the repo's name
    std::string detail;  ///< sentences
    std::string action;  ///< empty: the kind's own
    std::string baseline_commit;
    std::string commit;
    std::vector<file_evidence> files;
    json::object evidence;           ///< further facts; `files` is added when it is written out
    severity level = severity::info; ///< filled by assess::rate
};

} // namespace modelwatch
