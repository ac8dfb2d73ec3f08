#include "daemon/round.hpp"

#include "daemon/alert_desk.hpp"
#include "daemon/hub/breaker.hpp"
#include "daemon/unknown_repo.hpp"

#include <algorithm>

namespace modelwatch {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_at_once = 32;
/// A hub that limits us is waited for, but a command must come to an end.
constexpr auto patience = 40s;
/// So long a hub that only fails is tried before everything that is left counts as failed.
constexpr auto patience_with_trouble = 15s;

/// How long a failed poll may wait for another try; nullopt: it failed for good.
std::optional<std::chrono::seconds> patience_with(std::optional<error> const& failure) {
    if (failure && failure->code == errc::limited) return patience;
    if (failure && hub::was_not_asked(*failure)) return patience_with_trouble;
    return std::nullopt;
}

} // namespace

round::round(machinery& parts, store_thread& db, std::shared_ptr<assembly> how)
    : parts_(parts)
    , db_(db)
    , how_(std::move(how))
    , evidence_(parts.time)
    , tasks_(
          parts.executor,
          [this](std::exception_ptr failure) {
              if (!report_.interrupted) broken_ = failure; // else it was we who ended it
          }
      )
    , slot_(parts.executor) {}

void round::stop() {
    report_.interrupted = true;
    tasks_.cancel();
    slot_.wake();
    if (sender_ != nullptr) sender_->stop();
}

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
        if (report_.interrupted) co_return;
        auto& hub = *how_->hubs.at(account.settings.hub);
        auto listed =
            co_await list_account(account, how_->settings.watches, hub, db_, how_->rules, parts_.time.now());
        if (!listed) {
            report_.failed.push_back(
                {account.author + "/*", {}, account.settings.hub, listed.error().message()}
            );
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
        poll_deps deps{
            std::shared_ptr<hub_map const>(how_, &how_->hubs),
            std::shared_ptr<judge_rules const>(how_, &how_->rules),
            db_,
            parts_.time,
            evidence_,
            true
        };
        auto outcome = co_await poll(std::move(deps), what);
        auto const allowed = patience_with(outcome.failure);
        auto const wait = outcome.failure ? outcome.failure->retry_after.value_or(patience) : patience;
        auto const next = parts_.time.steady_now() + wait;
        if (allowed && next < begun_ + *allowed) {
            co_await parts_.time.sleep_until(next);
            continue;
        }
        if (outcome.failure) failures_.emplace(what.target.key(), *outcome.failure);
        if (!outcome.detail.empty()) report_.details[what.target.key()] = outcome.detail;
        health_.note(what.target.hub, what.target.key(), !outcome.failure || was_answered(*outcome.failure));
        note(outcome.touched);
        break;
    }
    polled_.insert(what.target.key());
    report_.checked = polled_.size();
    if (progress_) progress_(polled_.size(), watches_.size());
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
        while (tasks_.running() >= most_at_once && !broken_ && !report_.interrupted) {
            auto const soon = parts_.time.steady_now() + 1s;
            co_await slot_.until(parts_.time, soon);
        }
        if (broken_ || report_.interrupted) break;
        tasks_.spawn(poll_one(*what));
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
        auto const& target = what->target;
        auto const failure = failures_.find(target.key());
        if (!polled_.contains(target.key())) {
            report_.failed.push_back({target.repo, target.revision, target.hub, "not checked: interrupted"});
        } else if (failure != failures_.end()) {
            report_.failed.push_back({target.repo, target.revision, target.hub, failure->second.message()});
        }
        if (what->unsaved) unsaved.push_back(what->record);
    }
    auto save = [&](storage::store& db) { db.touch(unsaved); };
    if (!unsaved.empty()) co_await db_.run(save);
}

asio::awaitable<void> round::send() {
    if (whole_) {
        auto work = [this](storage::store& db) { return drop_orphaned(db, how_->lanes, parts_.time.now()); };
        auto const dropped = co_await db_.run(std::move(work));
        log_dropped(dropped);
    }
    outbox sender{parts_.executor, db_, parts_.time};
    sender.configure(how_->lanes, std::shared_ptr<judge_rules const>(how_, &how_->rules));
    sender_ = &sender;
    report_.unsent = co_await sender.flush();
    sender_ = nullptr;
}

asio::awaitable<round_report>
round::run(std::vector<watch> only, std::vector<account_watch> accounts, bool whole, bool deliver) {
    whole_ = whole;
    begun_ = parts_.time.steady_now();
    report_.watches = std::move(only);
    tasks_.spawn(list_accounts(std::move(accounts)));
    auto const never = parts_.time.steady_now() + 1h;
    co_await tasks_.drained(parts_.time, never);
    if (broken_) std::rethrow_exception(broken_);
    report_.watches = unique_watches(std::move(report_.watches));
    auto once = [this](storage::store& db) {
        report_.watches = without_followed(std::move(report_.watches), db);
    };
    co_await db_.run(once);
    co_await poll_all();
    if (!report_.interrupted) {
        co_await judge_failures();
        co_await mind_alerts();
    }
    co_await finish_books();
    if (deliver && !report_.interrupted) co_await send();
    co_return std::move(report_);
}

} // namespace modelwatch
