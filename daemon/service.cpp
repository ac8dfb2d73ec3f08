#include "daemon/service.hpp"

#include "daemon/log.hpp"
#include "daemon/model/text.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <csignal>
#include <unistd.h>

namespace modelwatch {

namespace {

using namespace std::chrono_literals;

/// Alerts of one round that come within this time go out in one message.
constexpr auto group_wait = 1500ms;
constexpr auto house_round = 15s;
constexpr auto prune_round = 6h;
constexpr auto poll_grace = 3s;
constexpr auto send_grace = 5s;

poll_listener
listener_of(service& self, asio::awaitable<void> (service::*what)(watched&, poll_report const&)) {
    return [&self, what](watched& one, poll_report const& report) { return (self.*what)(one, report); };
}

void log_touched(std::vector<alert> const& touched) {
    for (auto const& entry : touched) {
        auto const level = entry.what.level >= severity::high ? log_level::warn : log_level::info;
        log(level,
            std::string{to_string(entry.state)} + " " + std::string{to_string(entry.what.kind)} + ": " +
                entry.what.summary,
            {{"repo", entry.repo}, {"severity", std::string{to_string(entry.what.level)}}, {"alert", entry.id}
            });
    }
}

} // namespace

service::service(
    asio::io_context& loop, machinery& parts, store_thread& db, reloader reload, config::environment env
)
    : loop_(loop)
    , parts_(parts)
    , db_(db)
    , reload_(std::move(reload))
    , env_(std::move(env))
    , outbox_(loop.get_executor(), db, parts.time)
    , tasks_(
          loop.get_executor(),
          [this](std::exception_ptr failure) {
              log_exception("service", failure);
              if (!stopping_) exit_code_ = 3;
              begin_stop("a loop ended");
          }
      )
    , house_sleep_(loop.get_executor()) {}

result<void> service::apply(config::settings settings) {
    auto made = assemble(std::move(settings), parts_, env_, group_wait);
    if (!made) return std::move(made).error();
    now_ = std::make_shared<assembly>(std::move(*made));
    rules_ = std::shared_ptr<judge_rules const>(now_, &now_->rules);
    hubs_ = std::shared_ptr<hub_map const>(now_, &now_->hubs);
    poll_deps deps{hubs_, rules_, db_, parts_.time};
    if (!scheduler_) {
        auto const executor = loop_.get_executor();
        scheduler_ = std::make_unique<scheduler>(
            executor, std::move(deps), schedule_limits{}, listener_of(*this, &service::on_poll)
        );
    } else {
        scheduler_->set_deps(std::move(deps));
    }
    outbox_.configure(now_->lanes, rules_);
    ++generation_;
    for (auto const& account : now_->settings.accounts) {
        tasks_.spawn(follow_account(account, generation_));
    }
    return {};
}

/// Everything that is to be watched now: named by the operator, or found in an account before. Names that are
/// gone from the configuration are retired.
asio::awaitable<void> service::take_watches() {
    auto const keep = now_;
    auto const now = parts_.time.now();
    std::vector<watch> wanted = keep->settings.watches;
    std::map<std::string, storage::watch_record> stored;
    auto work = [&](storage::store& db) {
        for (auto const& account : keep->settings.accounts) {
            for (auto& one : remembered(account, db))
                wanted.push_back(std::move(one));
        }
        std::set<std::string> named;
        for (auto const& one : wanted)
            named.insert(one.key());
        std::vector<std::string> gone;
        for (auto& row : db.watches()) {
            if (!named.contains(row.key)) gone.push_back(row.key);
            stored.emplace(row.key, std::move(row));
        }
        if (!gone.empty()) db.retire(gone, "no longer watched", now);
    };
    co_await db_.run(work);
    scheduler_->set_watches(wanted, stored);
}

asio::awaitable<void> service::follow_account(account_watch account, std::uint64_t generation) {
    while (!stopping_ && generation == generation_) {
        auto& hub = *hubs_->at(account.settings.hub);
        auto const keep = now_;
        auto listed = co_await list_account(account, hub, db_, keep->rules, parts_.time.now());
        if (stopping_ || generation != generation_) co_return;
        if (listed) {
            log_touched(listed->touched);
            for (auto const& one : listed->watches)
                scheduler_->add(one, {});
            if (!listed->touched.empty()) outbox_.wake();
        } else {
            log_warn(
                "account could not be listed",
                {{"account", account.author}, {"error", listed.error().message()}}
            );
        }
        auto const next = parts_.time.steady_now() + account.settings.interval;
        co_await parts_.time.sleep_until(next);
    }
}

asio::awaitable<void> service::on_poll(watched& what, poll_report const& report) {
    auto const& hub = what.target.hub;
    if (what.retired) {
        health_.forget(hub, what.target.key());
        co_return;
    }
    bool const good = !report.failure;
    health_.note(hub, what.target.key(), good);
    if (good) {
        log_debug(report.unchanged ? "unchanged" : "polled", {{"repo", what.target.repo}});
    } else {
        log_warn("poll failed", {{"repo", what.target.repo}, {"error", report.failure->message()}});
    }
    log_touched(report.touched);
    if (!report.touched.empty()) outbox_.wake();
    bool const news = health_.of(hub).unreachable() != hubs_down_.contains(hub);
    if (!good || news) co_await judge_failure(what, report);
}

/// One alert about the hub when most of its watches fail; else one per watch that has failed for too long.
asio::awaitable<void> service::judge_failure(watched const& what, poll_report const& report) {
    auto const hub = what.target.hub;
    auto const health = health_.of(hub);
    bool const down = health.unreachable();
    bool const news = down != hubs_down_.contains(hub);
    auto const now = parts_.time.now();
    bool const alone =
        report.failure && !down && fails_too_long(what.record.failing_since, what.target.interval, now);
    if (!news && !alone) co_return;
    auto const why = report.failure ? report.failure->message() : std::string{};
    auto const rules = rules_;
    auto work = [&](storage::store& db) {
        std::vector<alert> touched;
        if (news) touched = judge_monitor(db, *rules, hub_judgement(hub, health, why), now);
        if (!alone) return touched;
        auto const& t = what.target;
        auto const seen =
            poll_failing_judgement(t.key(), hub, t.repo, t.revision, t.tags, why, *what.record.failing_since);
        auto more = judge_monitor(db, *rules, seen, now);
        touched.insert(touched.end(), more.begin(), more.end());
        return touched;
    };
    auto touched = co_await db_.run(work);
    if (down) {
        hubs_down_.insert(hub);
    } else {
        hubs_down_.erase(hub);
    }
    log_touched(touched);
    if (!touched.empty()) outbox_.wake();
}

asio::awaitable<void> service::save_book_keeping() {
    auto rows = scheduler_->take_unsaved();
    if (rows.empty()) co_return;
    auto save = [&rows](storage::store& db) { db.touch(rows); };
    co_await db_.run(save);
}

asio::awaitable<void> service::send_reminders() {
    auto const rules = rules_;
    auto const now = parts_.time.now();
    auto work = [&](storage::store& db) {
        auto const all = [&] {
            auto const made = alerting::remind(db.active_alerts({}), rules->desk, now);
            if (made.empty()) return;
            storage::observation_write write;
            add_decision(write, made, *rules, now);
            write.events.clear();
            db.record(write);
        };
        db.in_transaction(all);
    };
    co_await db_.run(work);
}

asio::awaitable<void> service::keep_house() {
    auto next_prune = parts_.time.steady_now() + 1min;
    while (!stopping_) {
        auto const next = parts_.time.steady_now() + house_round;
        co_await house_sleep_.until(parts_.time, next);
        if (stopping_) co_return;
        co_await save_book_keeping();
        co_await send_reminders();
        if (parts_.time.steady_now() < next_prune) continue;
        next_prune = parts_.time.steady_now() + prune_round;
        auto const before = parts_.time.now() - now_->settings.service.retention;
        auto prune = [before](storage::store& db) { db.prune(before); };
        co_await db_.run(prune);
    }
}

asio::awaitable<void> service::reload() {
    auto loaded = reload_();
    for (auto const& problem : loaded.problems)
        log_error("configuration not reloaded: " + problem.text());
    if (!loaded.ok()) co_return;
    auto const old_dir = now_->settings.service.state_dir;
    if (loaded.value.service.state_dir != old_dir) {
        log_error("configuration not reloaded: daemon.state_dir cannot change while the daemon runs");
        co_return;
    }
    for (auto const& warning : loaded.value.warnings)
        log_warn(warning);
    auto const applied = apply(std::move(loaded.value));
    if (!applied) {
        log_error("configuration not reloaded: " + applied.error().message());
        co_return;
    }
    start_log(parse_log_settings(now_->settings.service.log_level, now_->settings.service.log_format));
    co_await take_watches();
    log_info("configuration reloaded", {{"watches", std::to_string(scheduler_->watches().size())}});
}

asio::awaitable<void> service::watch_signals() {
    asio::signal_set signals{loop_.get_executor(), SIGTERM, SIGINT, SIGHUP};
    auto const token = asio::as_tuple(asio::use_awaitable);
    while (true) {
        auto const [failure, number] = co_await signals.async_wait(token);
        if (failure) co_return;
        if (number == SIGHUP) {
            if (!stopping_) co_await reload();
            continue;
        }
        // The first asks, the second insists.
        if (stopping_) _exit(1);
        begin_stop(number == SIGTERM ? "SIGTERM" : "SIGINT");
    }
}

void service::begin_stop(std::string_view why) {
    if (stopping_) return;
    stopping_ = true;
    log_info("stopping", {{"reason", std::string{why}}});
    scheduler_->stop();
    outbox_.stop();
    house_sleep_.wake();
}

asio::awaitable<void> service::main_loop() {
    co_await take_watches();
    auto const count = std::to_string(scheduler_->watches().size());
    log_info("started", {{"version", user_agent()}, {"watches", count}});
    co_await scheduler_->run(poll_grace);
    co_await save_book_keeping();
}

/// Waits for the loops to end in their own time, then ends what only waits.
asio::awaitable<void> service::finish(net::task_group& loops, net::task_group& signals) {
    co_await loops.drained(parts_.time, net::steady_instant::max());
    tasks_.cancel();
    auto const deadline = parts_.time.steady_now() + 1s;
    co_await tasks_.drained(parts_.time, deadline);
    signals.cancel();
    parts_.transport->close();
}

int service::run() {
    net::task_group loops{loop_.get_executor(), [this](std::exception_ptr failure) {
                              log_exception("service", failure);
                              if (!stopping_) exit_code_ = 3;
                              begin_stop("a loop failed");
                          }};
    net::task_group signals{loop_.get_executor(), [](std::exception_ptr) {}};
    loops.spawn(main_loop());
    loops.spawn(outbox_.run(send_grace));
    loops.spawn(keep_house());
    signals.spawn(watch_signals());
    std::exception_ptr failure;
    asio::co_spawn(loop_, finish(loops, signals), [&failure](std::exception_ptr e) { failure = e; });
    loop_.run();
    if (failure) log_exception("service", failure);
    log_info("stopped");
    return exit_code_;
}

} // namespace modelwatch
