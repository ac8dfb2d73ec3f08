#pragma once

#include "daemon/config/config.hpp"
#include "daemon/hub/hub_client.hpp"
#include "daemon/judge.hpp"
#include "daemon/store_thread.hpp"

#include <vector>

namespace modelwatch {

/// What a listing of an account led to.
struct account_report {
    std::vector<watch> watches; ///< one per model that the account watch takes
    std::vector<alert> touched; ///< new-model alerts
    bool doubled = false;       ///< a model was watched under two names, and one of them ends
};

/// Watches that an earlier listing of the account made, from the store: so that a restart or a failing
/// listing keeps them.
[[nodiscard]] std::vector<watch> remembered(account_watch const& account, storage::store& db);

/// Leaves out models of accounts that another of the watches follows under an earlier name: after a rename
/// the old watch goes on, and each change is told once.
[[nodiscard]] std::vector<watch> without_followed(std::vector<watch> watches, storage::store& db);

/// Everything that is watched: what the configuration names and what its accounts are known to have.
[[nodiscard]] std::vector<watch> all_watches(config::settings const& settings, storage::store& db);

/// Each watch once: what the operator names goes before what an account brings in.
[[nodiscard]] std::vector<watch> unique_watches(std::vector<watch> watches);

/// Lists an account, makes a watch of each model, and says which are new since the last listing (one
/// transaction). The first listing is silent. A model that was only renamed is no new one. `named`: what the
/// operator watches by name.
[[nodiscard]] asio::awaitable<result<account_report>> list_account(
    account_watch const& account,
    std::vector<watch> const& named,
    hub::hub_client& hub,
    store_thread& db,
    judge_rules const& rules,
    instant now
);

} // namespace modelwatch
