#include "daemon/accounts.hpp"

#include "daemon/model/digest.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/text.hpp"

#include <map>
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

/// The hub moves a repo's id, its date of creation and its commits along with a rename.
bool is_same_repo(snapshot const& known, hub::listed_model const& listed) {
    if (!known.repo_id.empty() && !listed.repo_id.empty()) return known.repo_id == listed.repo_id;
    return known.created_at && known.created_at == listed.created_at && !listed.commit.empty() &&
           known.commit == listed.commit;
}

/// One listing of an account beside what is watched already.
struct listing_scene {
    storage::store& db;
    account_watch const& account;
    std::vector<storage::watch_record> gone; ///< what is watched and stands in the listing no longer
};

listing_scene look_at(
    storage::store& db,
    account_watch const& account,
    std::vector<watch> const& named,
    std::vector<hub::listed_model> const& models
) {
    listing_scene out{db, account, {}};
    std::set<std::string> listed;
    for (auto const& model : models)
        listed.insert(model.repo);
    std::set<std::string> by_name;
    for (auto const& one : named)
        by_name.insert(one.key());
    for (auto& row : db.watches()) {
        bool const by_account = row.from_account == account.author && account.takes(row.repo);
        bool const watched = !row.retired_at && (by_account || by_name.contains(row.key));
        bool const here = row.hub == account.settings.hub;
        if (watched && here && !listed.contains(row.repo)) out.gone.push_back(std::move(row));
    }
    return out;
}

/// Whether the model is one that a watch knows by an earlier name.
bool is_renamed(listing_scene const& at, storage::watch_record const& row, hub::listed_model const& model) {
    auto const name = lower(model.repo);
    if (lower(row.repo) == name || lower(row.current_repo) == name) return true;
    // A model that came over from another account is told of by the answer to its old name.
    bool const same_account = lower(row.repo).starts_with(lower(at.account.author) + "/");
    if (!same_account || !row.latest) return false;
    auto const known = at.db.load_snapshot(*row.latest);
    return known && is_same_repo(*known, model);
}

enum class acquaintance { stranger, elsewhere, followed };

/// `followed`: the watch of its earlier name goes on, at the same revision; `elsewhere`: at another one only.
acquaintance acquaintance_with(listing_scene const& at, hub::listed_model const& model) {
    auto out = acquaintance::stranger;
    for (auto const& row : at.gone) {
        bool const followed = row.revision == at.account.settings.revision;
        if (!followed && out == acquaintance::elsewhere) continue;
        if (!is_renamed(at, row, model)) continue;
        if (followed) return acquaintance::followed;
        out = acquaintance::elsewhere;
    }
    return out;
}

/// A row for a model that the store does not know yet, and an alert unless it is old news.
std::vector<alert> note_model(
    storage::store& db,
    judge_rules const& rules,
    watch const& target,
    std::optional<change> news,
    std::string url,
    instant now
) {
    storage::observation_write write;
    note_target(write.record, target);
    write.record.first_seen_at = now;
    alerting::decision made;
    if (news) {
        auto seen = judgement_about(target);
        seen.url = std::move(url);
        seen.changes.push_back(std::move(*news));
        auto const id = [now] { return fresh_id(now); };
        auto const known = recall_alerts(db, seen, now);
        made = alerting::decide(known, seen, rules.desk, now, id);
    }
    add_decision(write, made, rules, now);
    db.record(write);
    return std::move(made.touched);
}

/// Watches of the listed models; rows for those that the store does not know yet, and an alert for each
/// unless this is the first listing.
account_report note_listing(
    listing_scene const& at,
    judge_rules const& rules,
    hub::hub_client const& hub,
    std::vector<hub::listed_model> const& models,
    instant now
) {
    account_report out;
    auto const mark = "account-listed:" + at.account.key();
    bool const first = !at.db.meta(mark);
    for (auto const& model : models) {
        if (!at.account.takes(model.repo)) continue;
        auto target = watch_of(at.account, model.repo);
        if (!at.db.find_watch(target.key())) {
            auto const known = acquaintance_with(at, model);
            if (known == acquaintance::followed) continue;
            std::optional<change> news;
            if (!first && known == acquaintance::stranger) news = new_model(model);
            auto touched = note_model(at.db, rules, target, std::move(news), hub.web_url(target.repo), now);
            out.touched.insert(out.touched.end(), touched.begin(), touched.end());
        }
        out.watches.push_back(std::move(target));
    }
    if (first) at.db.set_meta(mark, to_rfc3339(now));
    return out;
}

std::optional<snapshot> trusted_by(storage::store& db, std::string const& key) {
    auto const row = db.find_watch(key);
    if (!row || !row->baseline || !row->baseline->snapshot) return std::nullopt;
    return db.load_snapshot(*row->baseline->snapshot);
}

/// Whether a watch was never about another repo than the one that `follower` follows: a name that the renamed
/// repo has taken from another one is watched on.
bool is_double(storage::store& db, std::string const& key, std::string const& follower) {
    auto const here = trusted_by(db, key);
    if (!here) return true;
    auto const there = trusted_by(db, follower);
    if (!there) return false;
    if (!here->repo_id.empty() && !there->repo_id.empty()) return here->repo_id == there->repo_id;
    return here->created_at && here->created_at == there->created_at;
}

/// A model that vanished from the listing stays watched: its own poll finds out what became of it.
void add_unlisted(account_report& to, account_watch const& account, storage::store& db) {
    std::set<std::string> here;
    for (auto const& one : to.watches)
        here.insert(one.repo);
    for (auto& old : remembered(account, db)) {
        if (!here.contains(old.repo)) to.watches.push_back(std::move(old));
    }
    auto kept = without_followed(to.watches, db);
    std::set<std::string> keys;
    for (auto const& one : kept)
        keys.insert(one.key());
    for (auto const& one : to.watches) {
        auto const row = keys.contains(one.key()) ? std::nullopt : db.find_watch(one.key());
        to.doubled = to.doubled || (row && !row->retired_at);
    }
    to.watches = std::move(kept);
}

/// A name that lists nothing, never has, and belongs to nobody: more likely a slip of the pen than an
/// account.
asio::awaitable<std::optional<error>>
unknown_account(account_watch const& account, hub::hub_client& hub, store_thread& db) {
    auto look = [&](storage::store& store) { return remembered(account, store).empty(); };
    bool const never_listed = co_await db.run(std::move(look));
    if (!never_listed) co_return std::nullopt;
    auto const owner = co_await hub.owner(account.author);
    bool const is_there = !owner || owner->kind != hub::account_kind::unknown || !owner->id.empty();
    if (is_there) co_return std::nullopt;
    co_return failure(
        errc::not_found,
        printable(account.author) + ": not found: check the spelling",
        "the hub knows no such account, and lists no models of it"
    );
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
    if (settings.accounts.empty()) return unique_watches(std::move(out));
    return without_followed(unique_watches(std::move(out)), db);
}

std::vector<watch> without_followed(std::vector<watch> watches, storage::store& db) {
    auto const name_at = [](watch const& one, std::string_view repo) {
        return one.hub + "/" + lower(repo) + "@" + one.revision;
    };
    std::map<std::string, std::string> followed; // by the name that answers: who follows it
    for (auto const& one : watches) {
        auto const record = db.find_watch(one.key());
        bool const renamed = record && !record->current_repo.empty() && record->current_repo != one.repo;
        if (renamed) followed.emplace(name_at(one, record->current_repo), one.key());
    }
    std::erase_if(watches, [&](watch const& one) {
        auto const by = followed.find(name_at(one, one.repo));
        bool const candidate = !one.from_account.empty() && by != followed.end() && by->second != one.key();
        return candidate && is_double(db, one.key(), by->second);
    });
    return watches;
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
    std::vector<watch> const& named,
    hub::hub_client& hub,
    store_thread& db,
    judge_rules const& rules,
    instant now
) {
    auto listed = co_await hub.list_models(account.author);
    if (!listed) co_return std::move(listed).error();
    if (listed->empty()) {
        auto unknown = co_await unknown_account(account, hub, db);
        if (unknown) co_return std::move(*unknown);
    }
    account_report out;
    auto work = [&](storage::store& store) {
        auto const all = [&] {
            auto const scene = look_at(store, account, named, *listed);
            out = note_listing(scene, rules, hub, *listed, now);
        };
        store.in_transaction(all);
        add_unlisted(out, account, store);
    };
    co_await db.run(work);
    co_return out;
}

} // namespace modelwatch
