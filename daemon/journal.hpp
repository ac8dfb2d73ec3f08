#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace modelwatch::journal {

/// One entry's fields as "NAME=value": MESSAGE, PRIORITY, SYSLOG_IDENTIFIER, and each of ours as
/// MODELWATCH_<KEY>, so that `journalctl MODELWATCH_REPO=…` finds it. Names keep to what journald takes
/// (systemd.journal-fields(7), sd_journal_sendv(3)): capitals, digits, underscores, at most 64 characters.
[[nodiscard]] std::vector<std::string>
entry(int priority, std::string_view message, std::vector<std::pair<std::string, std::string>> const& fields);

/// True when stderr is a stream of the journal: $JOURNAL_STREAM names its device and inode
/// (systemd.exec(5)). A program started by a service that has its stderr elsewhere inherits the variable
/// only.
[[nodiscard]] bool owns_stderr(char const* journal_stream);

/// Whether entries can be handed over; without this check libsystemd would lose them without a word.
[[nodiscard]] bool listens();

/// False: not taken, say it elsewhere.
[[nodiscard]] bool send(std::vector<std::string> const& fields);

} // namespace modelwatch::journal
