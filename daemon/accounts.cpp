#include "daemon/accounts.hpp"

#include "daemon/model/digest.hpp"
#include "daemon/model/text.hpp"

#include <set>

namespace modelwatch {

namespace {

watch watch_of(account_watch const& account, std::string const& repo) {
    watch out = account.settings;
    out.repo = repo;
    out.from_account = account.author;
    return out;
}

change new_model(hub::listed_model const& model) {
    change out;
    out.kind = alert_kind::new_model;
    out.level = info(out.kind).level;
    out.dedupe = model.repo;
    out.subject = model.repo;
    out.summary = "new model " + printable(model.repo);
    out.detail = "The watched account published " + printable(model.repo) + ". It is watched from now on.";
    out.commit = model.commit;
    return out;
}

/// Rows for models that the store does not know yet, and an alert for each unless this is the first listing.
std::vector<alert> note_new(
    storage::store& db,
    judge_rules const& rules,
    account_watch const& account,
    hub::hub_client const& hub,
    std::vector<hub::listed_model> const& models,
    instant now
) {
    auto const mark = "account-listed:" + account.key();
    bool const first = !db.meta(mark);
    std::vector<alert> touched;
    for (auto const& model : models) {
        auto const target = watch_of(account, model.repo);
        if (db.find_watch(target.key())) continue;
        storage::observation_write write;
        note_target(write.record, target);
        write.record.first_seen_at = now;
        alerting::decision made;
        if (!first) {
            auto seen = judgement_about(target);
            seen.url = hub.web_url(target.repo);
            seen.changes.push_back(new_model(model));
            auto const id = [now] { return fresh_id(now); };
            auto const known = recall_alerts(db, seen, now);
            made = alerting::decide(known, seen, rules.desk, now, id);
        }
        add_decision(write, made, rules, now);
        db.record(write);
        touched.insert(touched.end(), made.touched.begin(), made.touched.end());
    }
    if (first) db.set_meta(mark, to_rfc3339(now));
    return touched;
}

} // namespace

std::vector<watch> remembered(account_watch const& account, storage::store& db) {
    std::vector<watch> out;
    for (auto const& row : db.watches()) {
        bool const ours = row.from_account == account.author && row.hub == account.settings.hub;
        if (ours && account.takes(row.repo)) out.push_back(watch_of(account, row.repo));
    }
    return out;
}

std::vector<watch> all_watches(config::settings const& settings, storage::store& db) {
    auto out = settings.watches;
    for (auto const& account : settings.accounts) {
        for (auto& one : remembered(account, db))
            out.push_back(std::move(one));
    }
    return unique_watches(std::move(out));
}

std::vector<watch> unique_watches(std::vector<watch> watches) {
    std::set<std::string> named;
    for (auto const& one : watches) {
        if (one.from_account.empty()) named.insert(one.key());
    }
    std::set<std::string> seen;
    std::erase_if(watches, [&](watch const& one) {
        bool const shadowed = !one.from_account.empty() && named.contains(one.key());
        return shadowed || !seen.insert(one.key()).second;
    });
    return watches;
}

asio::awaitable<result<account_report>> list_account(
    account_watch const& account,
    hub::hub_client& hub,
    store_thread& db,
    judge_rules const& rules,
    instant now
) {
    auto listed = co_await hub.list_models(account.author);
    if (!listed) co_return std::move(listed).error();
    std::erase_if(*listed, [&](hub::listed_model const& model) { return !account.takes(model.repo); });
    account_report out;
    for (auto const& model : *listed)
        out.watches.push_back(watch_of(account, model.repo));
    auto work = [&](storage::store& store) {
        auto const all = [&] { out.touched = note_new(store, rules, account, hub, *listed, now); };
        store.in_transaction(all);
        // A model that vanished from the listing stays watched: its own poll finds out what became of it.
        std::set<std::string> named;
        for (auto const& one : out.watches)
            named.insert(one.repo);
        for (auto& old : remembered(account, store)) {
            if (!named.contains(old.repo)) out.watches.push_back(std::move(old));
        }
    };
    co_await db.run(work);
    co_return out;
}

} // namespace modelwatch
