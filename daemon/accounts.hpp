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
};

/// Watches that an earlier listing of the account made, from the store: so that a restart or a failing
/// listing keeps them.
[[nodiscard]] std::vector<watch> remembered(account_watch const& account, storage::store& db);

/// Everything that is watched: what the configuration names and what its accounts are known to have.
[[nodiscard]] std::vector<watch> all_watches(config::settings const& settings, storage::store& db);

/// Each watch once: what the operator names goes before what an account brings in.
[[nodiscard]] std::vector<watch> unique_watches(std::vector<watch> watches);

/// Lists an account, makes a watch of each model, and says which are new since the last listing (one
/// transaction). The first listing is silent.
[[nodiscard]] asio::awaitable<result<account_report>> list_account(
    account_watch const& account,
    hub::hub_client& hub,
    store_thread& db,
    judge_rules const& rules,
    instant now
);

} // namespace modelwatch
