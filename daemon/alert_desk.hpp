#pragma once

#include "daemon/judge.hpp"
#include "daemon/model/silence.hpp"
#include "storage/store.hpp"

#include <string>
#include <vector>

namespace modelwatch {

// What happens to alerts without a look at the hub. Each is one transaction, messages included, and runs on
// the database's thread.

/// What time alone does to alerts (alerting::pass_time); gives those that changed, without those that people
/// were only reminded of. Doing it again at the same instant does nothing.
std::vector<alert> let_time_pass(storage::store& db, judge_rules const& rules, instant now);

/// Somebody takes care of an alert: no reminders, no exit code, until an instant where one is given. The
/// alert, its event and who decided: together. The alert must be active.
alert acknowledge(
    storage::store& db,
    alert entry,
    std::string const& by,
    std::string const& reason,
    std::optional<instant> until,
    instant now
);

/// Records a silence and puts the open alerts that it means under it; gives those. Its id and beginning are
/// made here.
std::vector<alert> begin_silence(storage::store& db, silence& entry, instant now);

/// Ends a silence before its time: what it held is open again, and told where it never was. False: none is in
/// force under this id.
bool end_silence(
    storage::store& db,
    judge_rules const& rules,
    std::string const& id,
    std::string const& by,
    std::string const& reason,
    instant now
);

} // namespace modelwatch
