#pragma once

#include "daemon/advisories.hpp"
#include "daemon/alerting/desk.hpp"
#include "daemon/assess/evidence.hpp"
#include "daemon/assess/licenses.hpp"
#include "daemon/assess/policy.hpp"
#include "daemon/assess/publishers.hpp"
#include "daemon/model/result.hpp"
#include "daemon/model/standing.hpp"
#include "daemon/model/watch.hpp"
#include "storage/store.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace modelwatch {

/// What the operator's configuration says about judging; the same for every watch.
struct judge_rules {
    assess::publisher_registry publishers;
    assess::license_table licenses;
    std::map<std::string, severity> severity_overrides;
    assess::rubric numbers;
    assess::policy_rules policy;
    std::shared_ptr<advisory_feed const> advisories = std::make_shared<advisory_feed const>();
    alerting::rules desk;
    std::string basis; ///< moves with every rule above: what was judged under another one is judged again
    std::chrono::milliseconds group_wait{0}; ///< how long a new message waits for company before it is sent
};

/// An id for an alert or a message that begins now.
[[nodiscard]] std::string fresh_id(instant now);

/// The watch's own columns, as the configuration has them.
void note_target(storage::watch_record& record, watch const& target);

/// A judgement about a watch, with nothing judged yet.
[[nodiscard]] alerting::judgement judgement_about(watch const& target);

/// Where people can look at a repo at a commit.
using link_source = std::function<std::string(std::string_view repo, std::string_view commit)>;

/// What one answered poll led to.
struct judged {
    storage::watch_record record; ///< as stored
    std::vector<alert> touched;   ///< opened, updated or resolved by it
};

/// From one observation to what is written: compare, rate, decide, store - one transaction. Runs on the
/// database's thread. An unchanged observation is judged again from the stored state (time may have made a
/// model stale). `facts`: what was gathered for the rating; without it the evidence of an earlier poll
/// counts. `of_baseline`: likewise, of a pinned commit that the hub was asked about.
[[nodiscard]] judged judge(
    storage::store& db,
    judge_rules const& rules,
    watch const& target,
    observation seen,
    link_source const& link,
    instant now,
    std::optional<assess::evidence> facts = std::nullopt,
    std::optional<assess::evidence> of_baseline = std::nullopt
);

/// Applies judgements about the monitor itself (poll-failing, hub-unreachable, delivery-failing). Where the
/// alerts that it is about are damaged in the store nothing happens: what is observed must not be lost over
/// that.
[[nodiscard]] std::vector<alert>
judge_monitor(storage::store& db, judge_rules const& rules, alerting::judgement seen, instant now);

/// A person moves the baseline of a watch to a recorded snapshot; alerts that this settles are resolved.
struct acceptance {
    std::string commit; ///< full, or a unique prefix; empty: the latest snapshot
    std::string by;
    std::string reason;
    /// Trusts what the commit holds, but not anew who owns the repo and who may read it: a formal review.
    bool content_only = false;
};

[[nodiscard]] result<judged> accept(
    storage::store& db,
    judge_rules const& rules,
    watch const& target,
    acceptance const& how,
    link_source const& link,
    instant now
);

/// Adds what the store knows to a judgement (the silences in force), and gives the alerts that it is about:
/// the active ones of its watch, and those that ended lately.
[[nodiscard]] std::vector<alert> recall_alerts(storage::store& db, alerting::judgement& about, instant now);

/// Turns a decision into rows: alerts, who is told, events for the history.
void add_decision(
    storage::observation_write& write, alerting::decision const& made, judge_rules const& rules, instant now
);

} // namespace modelwatch
