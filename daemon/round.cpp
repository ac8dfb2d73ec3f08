#include "daemon/round.hpp"

#include "daemon/alert_desk.hpp"

#include <algorithm>

namespace modelwatch {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_at_once = 32;
/// A hub that limits us is waited for, but a command must come to an end.
constexpr auto patience = 40s;

} // namespace

round::round(machinery& parts, store_thread& db, std::shared_ptr<assembly> how)
    : parts_(parts)
    , db_(db)
    , how_(std::move(how))
    , evidence_(parts.time)
    , tasks_(parts.executor, [this](std::exception_ptr failure) { broken_ = failure; })
    , slot_(parts.executor) {}

void round::note(std::vector<alert> const& touched) {
    for (auto const& entry : touched) {
        auto const same = [&](alert const& old) { return old.id == entry.id; };
        auto const found = std::find_if(report_.touched.begin(), report_.touched.end(), same);
        if (found == report_.touched.end()) {
            report_.touched.push_back(entry);
        } else {
            *found = entry;
        }
    }
}

asio::awaitable<void> round::list_accounts(std::vector<account_watch> accounts) {
    for (auto const& account : accounts) {
        auto& hub = *how_->hubs.at(account.settings.hub);
        auto listed = co_await list_account(account, hub, db_, how_->rules, parts_.time.now());
        if (!listed) {
            report_.failed.push_back({account.author + "/*", listed.error().message()});
            auto work = [&](storage::store& db) { return remembered(account, db); };
            auto known = co_await db_.run(work);
            report_.watches.insert(report_.watches.end(), known.begin(), known.end());
            continue;
        }
        note(listed->touched);
        report_.watches.insert(report_.watches.end(), listed->watches.begin(), listed->watches.end());
    }
}

asio::awaitable<void> round::poll_one(watched& what) {
    while (true) {
        auto const limit = begun_ + patience;
        poll_deps deps{
            std::shared_ptr<hub_map const>(how_, &how_->hubs),
            std::shared_ptr<judge_rules const>(how_, &how_->rules),
            db_,
            parts_.time,
            evidence_,
            true
        };
        auto outcome = co_await poll(std::move(deps), what);
        bool const limited = outcome.failure && outcome.failure->code == errc::limited;
        auto const wait = limited ? outcome.failure->retry_after.value_or(patience) : patience;
        auto const next = parts_.time.steady_now() + wait;
        if (limited && next < limit) {
            co_await parts_.time.sleep_until(next);
            continue;
        }
        if (outcome.failure) failures_.emplace(what.target.key(), *outcome.failure);
        health_.note(what.target.hub, what.target.key(), !outcome.failure);
        note(outcome.touched);
        break;
    }
    slot_.wake();
}

asio::awaitable<void> round::poll_all() {
    auto load = [this](storage::store& db) {
        for (auto const& target : report_.watches) {
            auto made = std::make_unique<watched>();
            made->target = target;
            made->record = db.find_watch(target.key()).value_or(storage::watch_record{});
            note_target(made->record, target);
            watches_.push_back(std::move(made));
        }
    };
    co_await db_.run(load);
    for (auto const& what : watches_) {
        while (tasks_.running() >= most_at_once && !broken_) {
            auto const soon = parts_.time.steady_now() + 1s;
            co_await slot_.until(parts_.time, soon);
        }
        if (broken_) break;
        tasks_.spawn(poll_one(*what));
        ++report_.checked;
    }
    auto const never = parts_.time.steady_now() + 1h;
    co_await tasks_.drained(parts_.time, never);
    if (broken_) std::rethrow_exception(broken_);
}

std::size_t round::configured(std::string const& hub) const {
    return static_cast<std::size_t>(std::count_if(watches_.begin(), watches_.end(), [&](auto const& one) {
        return one->target.hub == hub;
    }));
}

hub_health::state round::health(std::string const& hub) const {
    return health_.of(hub, configured(hub));
}

std::string round::failure_of(std::string const& hub) const {
    for (auto const& what : watches_) {
        auto const found = failures_.find(what->target.key());
        if (what->target.hub == hub && found != failures_.end()) return found->second.message();
    }
    return {};
}

asio::awaitable<void> round::judge_failures() {
    auto const now = parts_.time.now();
    std::vector<alert> touched;
    auto const add = [&](std::vector<alert> more) {
        touched.insert(touched.end(), more.begin(), more.end());
    };
    auto work = [&](storage::store& db) {
        for (auto const& [name, hub] : how_->hubs) {
            // A round over some watches says nothing about the hub.
            if (!whole_ || configured(name) == 0) continue;
            auto const state = health(name);
            auto seen = hub_judgement(name, state, state.unreachable(), failure_of(name));
            add(judge_monitor(db, how_->rules, std::move(seen), now));
        }
        for (auto const& what : watches_) {
            auto const failure = failures_.find(what->target.key());
            if (failure == failures_.end() || health(what->target.hub).unreachable()) continue;
            auto const since = what->record.failing_since;
            if (!fails_too_long(since, what->target.interval, now)) continue;
            auto const seen = poll_failing_judgement(what->target, failure->second.message(), *since);
            add(judge_monitor(db, how_->rules, seen, now));
        }
    };
    co_await db_.run(work);
    note(touched);
}

/// Silences and acknowledgements that have ended, reminders: `check` may be all that ever runs here.
asio::awaitable<void> round::mind_alerts() {
    auto const now = parts_.time.now();
    auto work = [&](storage::store& db) { return let_time_pass(db, how_->rules, now); };
    auto const touched = co_await db_.run(work);
    note(touched);
}

asio::awaitable<void> round::finish_books() {
    std::vector<storage::watch_record> unsaved;
    for (auto const& what : watches_) {
        auto const failure = failures_.find(what->target.key());
        if (failure != failures_.end()) {
            report_.failed.push_back({what->target.repo, failure->second.message()});
        }
        if (what->unsaved) unsaved.push_back(what->record);
    }
    auto save = [&](storage::store& db) { db.touch(unsaved); };
    if (!unsaved.empty()) co_await db_.run(save);
}

asio::awaitable<round_report>
round::run(std::vector<watch> only, std::vector<account_watch> accounts, bool whole, bool deliver) {
    whole_ = whole;
    begun_ = parts_.time.steady_now();
    report_.watches = std::move(only);
    co_await list_accounts(std::move(accounts));
    report_.watches = unique_watches(std::move(report_.watches));
    co_await poll_all();
    co_await judge_failures();
    co_await mind_alerts();
    co_await finish_books();
    if (deliver && whole) {
        auto work = [&](storage::store& db) { return drop_orphaned(db, how_->lanes, parts_.time.now()); };
        auto const dropped = co_await db_.run(work);
        log_dropped(dropped);
    }
    if (deliver) {
        outbox sender{parts_.executor, db_, parts_.time};
        sender.configure(how_->lanes, std::shared_ptr<judge_rules const>(how_, &how_->rules));
        co_await sender.flush();
    }
    co_return std::move(report_);
}

} // namespace modelwatch
