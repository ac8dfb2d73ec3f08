#pragma once

#include "daemon/config/config.hpp"
#include "daemon/judge.hpp"
#include "daemon/model/json.hpp"
#include "daemon/model/result.hpp"
#include "storage/store.hpp"

#include <functional>
#include <span>
#include <string_view>

/// What commands answer, from the store: the command line asks here where no daemon listens, and else the
/// daemon's API (/api/v1/commands/NAME), which asks here too. So both ways give the same answer.
namespace modelwatch::answers {

struct context {
    storage::store& db;
    config::settings const& settings;
    judge_rules const* rules; ///< there for questions that need them
    instant now;
};

/// The object that the command prints with --json, plus "more": what only its text shows. An error's `status`
/// is the API's where the error's kind does not say enough.
using answer = result<json::object>;

struct question {
    std::string_view name; ///< "status"
    bool changes = false;  ///< writes: the API takes it by POST and with the token only
    bool needs_rules = false;
    answer (*of)(context const&, json::object const& asked) = nullptr;
};

[[nodiscard]] std::span<question const> all() noexcept;
/// nullptr: there is none of this name.
[[nodiscard]] question const* find(std::string_view name) noexcept;

/// Whether a name or a reason is too long to be kept: `invalid`. Asked before the way to the answer is
/// chosen, so that both ways say the same.
[[nodiscard]] result<void> check_lengths(json::object const& asked);

// What was asked for comes from a query or a body of anybody: each function reads it carefully. Texts that
// are absent or no texts are empty.

/// repos: words between spaces; none: all.
[[nodiscard]] answer status(context const& with, json::object const& asked);
/// repo, limit.
[[nodiscard]] answer history(context const& with, json::object const& asked);
/// repo, from, to.
[[nodiscard]] answer diff(context const& with, json::object const& asked);
/// repo, commit, max_age ("3h").
[[nodiscard]] answer gate(context const& with, json::object const& asked);
/// state (a state, or "all"), severity, kind, repo (globs, also of "repo@revision"), label ("env=prod,team=*":
/// all of them), limit, offset; all ("true"): as state = "all". In the order of alerting::said_before.
[[nodiscard]] answer alerts(context const& with, json::object const& asked);
/// id.
[[nodiscard]] answer alert(context const& with, json::object const& asked);
/// all ("true").
[[nodiscard]] answer silences(context const& with, json::object const& asked);
/// repo.
[[nodiscard]] answer reviews(context const& with, json::object const& asked);
/// all ("true").
[[nodiscard]] answer outbox(context const& with, json::object const& asked);
/// id.
[[nodiscard]] answer message(context const& with, json::object const& asked);
[[nodiscard]] answer digest(context const& with, json::object const& asked);

/// repo, commit, by, reason.
[[nodiscard]] answer accept(context const& with, json::object const& asked);
/// repo, verdict, commit, by, reason, until.
[[nodiscard]] answer review(context const& with, json::object const& asked);
/// repo, policy, commit, requested_by, approved_by, until, reason.
[[nodiscard]] answer except(context const& with, json::object const& asked);
/// id, by, reason (may be absent), until.
[[nodiscard]] answer acknowledge(context const& with, json::object const& asked);
/// id, by, reason.
[[nodiscard]] answer resolve(context const& with, json::object const& asked);
/// repo, kind, labels (an object), until, by, reason.
[[nodiscard]] answer silence(context const& with, json::object const& asked);
/// id, by, reason.
[[nodiscard]] answer unsilence(context const& with, json::object const& asked);
/// id.
[[nodiscard]] answer retry(context const& with, json::object const& asked);
/// id.
[[nodiscard]] answer drop(context const& with, json::object const& asked);
/// Queues the digest for the notifiers of [digest].
[[nodiscard]] answer send_digest(context const& with, json::object const& asked);

} // namespace modelwatch::answers
