#pragma once

#include "daemon/model/alert.hpp"
#include "daemon/model/json.hpp"
#include "daemon/net/clock.hpp"
#include "daemon/poller.hpp"

#include <list>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace modelwatch {

/// What somebody asked the daemon to look at now, and what has come of it so far.
struct look {
    std::string id;
    instant asked_at{};
    net::steady_instant begun{};
    std::vector<watch> watches;
    std::set<std::string> waiting;             ///< keys whose poll has not ended yet
    std::map<std::string, std::string> failed; ///< by key: why
    std::vector<alert> touched;                ///< opened, updated or resolved; each once, in its last state
    std::optional<net::steady_instant> polled; ///< when the last of the polls ended
};

/// `check` beside the daemon: which looks are going on. Those that nobody asks about any more are forgotten.
class looks {
public:
    /// The oldest goes when there are too many.
    look& begin(std::vector<watch> watches, instant now, net::steady_instant steady);
    /// A poll has ended. One that was running when it was asked for does not count: it may have seen the time
    /// before.
    void note(watched const& what, poll_report const& report, net::steady_instant now);
    /// An alert that no single poll raised.
    void note(std::vector<alert> const& touched);
    [[nodiscard]] look* find(std::string_view id);
    void end(std::string_view id);

private:
    std::list<look> all_; ///< oldest first
};

/// {"checked", "failed", "touched" as "alerts"}: as `check --json` says it, but for the models.
[[nodiscard]] json::object summary_of(look const& what);

} // namespace modelwatch
