#pragma once

#include "daemon/gatherer.hpp"
#include "daemon/hub/hub_client.hpp"
#include "daemon/judge.hpp"
#include "daemon/net/clock.hpp"
#include "daemon/store_thread.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace modelwatch {

/// A watch between its polls, as the running program holds it. Small: there may be 100,000.
struct watched {
    watch target;
    storage::watch_record record;
    net::steady_instant next_due{};
    bool running = false;
    bool again = false;                 ///< due at once when the running poll ends
    bool unsaved = false;               ///< `record` has book-keeping that the store has not
    bool deployed_asked = false;        ///< the hub was asked for the deployed commit since the start
    net::steady_instant evidence_due{}; ///< when what the rating rests on is gathered again
    bool retired = false;               ///< the configuration no longer names it; it goes when its poll ends
};

/// What became of one poll.
struct poll_report {
    std::optional<error> failure;
    bool unchanged = false;
    std::vector<alert> touched;
    std::chrono::milliseconds took{}; ///< set by the scheduler
    std::string detail = {};          ///< what was odd about a good answer; empty: nothing
};

/// The hub clients, by the name in the configuration.
using hub_map = std::map<std::string, std::unique_ptr<hub::hub_client>>;

/// What a poll works with. Held by value: a reload gives later polls other hubs and rules, those in flight
/// keep theirs.
struct poll_deps {
    std::shared_ptr<hub_map const> hubs;
    std::shared_ptr<judge_rules const> rules;
    store_thread& db;
    net::clock& time;
    gatherer& evidence;
    bool always_gather = false; ///< `check` looks at everything, however fresh it is
};

/// How old the evidence of an unchanged model may become (contract 7: succession is looked for hourly).
inline constexpr std::chrono::minutes evidence_lifetime{60};

/// A short mark of everything on our own side that a judgement depends on: pin, deployed commit, limits,
/// labels, rules.
[[nodiscard]] std::string judging_basis(watch const& target, judge_rules const& rules);

/// Polls one watch once: ask the hub, judge, store. On return `what.record` is what the store has, or differs
/// only by an unchanged poll's book-keeping (`what.unsaved`), which is written in batches. What is damaged in
/// the store of this watch is a failure of its poll.
[[nodiscard]] asio::awaitable<poll_report> poll(poll_deps deps, watched& what);

} // namespace modelwatch
