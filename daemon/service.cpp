#include "daemon/service.hpp"

#include "daemon/alert_desk.hpp"
#include "daemon/digest.hpp"
#include "daemon/hub/breaker.hpp"
#include "daemon/log.hpp"
#include "daemon/loss.hpp"
#include "daemon/model/text.hpp"
#include "daemon/retention.hpp"
#include "daemon/unknown_repo.hpp"

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
constexpr auto house_round = 5s;
constexpr auto minding_round = 1min;
constexpr auto prune_round = 6h;
constexpr auto poll_grace = 3s;
/// With what follows it, everything has ended within five seconds.
constexpr auto send_grace = 3s;

poll_listener
listener_of(service& self, asio::awaitable<void> (service::*what)(watched&, poll_report const&)) {
    return [&self, what](watched& one, poll_report const& report) { return (self.*what)(one, report); };
}

std::string_view word_for(alert const& entry) {
    if (entry.state != alert_state::open) return to_string(entry.state);
    return entry.opened_at == entry.updated_at ? "opened" : "updated";
}

/// Of the first look, or nobody asks for it: it is in the list and in the digest only.
bool is_unsent(alert const& entry) {
    return entry.state == alert_state::open && !entry.announced && entry.opened_at == entry.updated_at;
}

void log_touched(std::vector<alert> const& touched) {
    for (auto const& entry : touched) {
        bool const urgent = entry.what.level >= severity::high && entry.state == alert_state::open;
        auto const level = urgent ? log_level::warn : log_level::info;
        log(level,
            std::string{word_for(entry)} + " " + std::string{to_string(entry.what.kind)} + ": " +
                entry.what.summary + (is_unsent(entry) ? " (not sent)" : ""),
            {{"repo", entry.repo},
             {"kind", std::string{to_string(entry.what.kind)}},
             {"severity", std::string{to_string(entry.what.level)}},
             {"alert", entry.id}});
    }
}

} // namespace

service::service(
    asio::io_context& loop,
    asio::signal_set& signals,
    machinery& parts,
    store_thread& db,
    reloader reload,
    config::environment env
)
    : loop_(loop)
    , signals_(signals)
    , parts_(parts)
    , db_(db)
    , reload_(std::move(reload))
    , env_(std::move(env))
    , evidence_(parts.time)
    , metrics_(user_agent(), parts.time.now())
    , state_(db, parts.time)
    , outbox_(loop.get_executor(), db, parts.time)
    , reporter_(
          loop.get_executor(),
          db,
          parts.time,
          [this](storage::store& store, instant, instant now) { return digest_now(store, *now_, now); },
          [this] { outbox_.wake(); }
      )
    , heartbeat_(loop.get_executor(), *parts.transport, parts.time, [this] { return feel_pulse(); })
    , tasks_(
          loop.get_executor(),
          [this](std::exception_ptr failure) {
              log_exception("service", failure);
              if (!stopping_) exit_code_ = 3;
              begin_stop("a loop ended");
          }
      )
    , house_sleep_(loop.get_executor())
    , reload_sleep_(loop.get_executor()) {}

result<void> service::apply(config::settings settings) {
    auto beat_address = config::read_secret(settings.heartbeat.url_secret, env_);
    if (!beat_address) return std::move(beat_address).error();
    auto api_token = config::read_secret(settings.service.api_token, env_);
    if (!api_token) return std::move(api_token).error();
    auto made = assemble(std::move(settings), parts_, env_, group_wait);
    if (!made) return std::move(made).error();
    now_ = std::make_shared<assembly>(std::move(*made));
    rules_ = std::shared_ptr<judge_rules const>(now_, &now_->rules);
    hubs_ = std::shared_ptr<hub_map const>(now_, &now_->hubs);
    state_.configure(now_->settings.service.state_dir);
    hubs_spared_.clear(); // the new clients begin afresh
    poll_deps deps{hubs_, rules_, db_, parts_.time, evidence_};
    if (!scheduler_) {
        auto const executor = loop_.get_executor();
        scheduler_ = std::make_unique<scheduler>(
            executor, std::move(deps), schedule_limits{}, listener_of(*this, &service::on_poll)
        );
        scheduler_->listen_to_database([this](std::string const& why) { state_.note_failure(why); });
    } else {
        scheduler_->set_deps(std::move(deps));
    }
    outbox_.configure(now_->lanes, rules_);
    fleet_.measure_age_by(now_->settings.rubric.age_limits);
    if (!front_) open_front();
    front_->configure(now_->settings.service, std::move(*api_token));
    reporter_.configure(now_->settings.digest);
    auto const& beat = now_->settings.heartbeat;
    heartbeat_.configure(beat_address->empty() ? beat.url : *beat_address, beat.interval);
    ++generation_;
    for (auto const& account : now_->settings.accounts) {
        tasks_.spawn(follow_account(account, generation_));
    }
    return {};
}

/// Alerts of what the configuration no longer names end, and people are told so.
static void end_alerts(
    storage::store& db, judge_rules const& rules, std::string const& key, std::string const& why, instant now
) {
    auto const made = alerting::resolve(db.active_alerts(key), why, rules.desk, now);
    if (made.empty()) return;
    storage::observation_write write;
    if (auto const row = db.find_watch(key)) write.record = *row;
    add_decision(write, made, rules, now);
    db.record(write);
}

static void
retire(storage::store& db, judge_rules const& rules, std::vector<std::string> const& gone, instant now) {
    auto const all = [&] {
        for (auto const& key : gone)
            end_alerts(db, rules, key, "no longer watched", now);
        db.retire(gone, "no longer watched", now);
    };
    if (!gone.empty()) db.in_transaction(all);
}

/// Alerts about notifiers and hubs that are configured no more.
static void end_orphans(storage::store& db, assembly const& how, instant now) {
    std::set<std::string> known;
    for (auto const& one : how.settings.notifiers)
        known.insert("notifier/" + one.name);
    for (auto const& [name, hub] : how.hubs)
        known.insert("hub/" + name);
    std::set<std::string> orphans;
    for (auto const& entry : db.active_alerts({})) {
        auto const& key = entry.watch_key;
        bool const monitor = info(entry.what.kind).about == alert_class::monitor && entry.repo.empty();
        if (monitor && !known.contains(key)) orphans.insert(key);
    }
    auto const all = [&] {
        for (auto const& key : orphans)
            end_alerts(db, how.rules, key, "no longer configured", now);
    };
    if (!orphans.empty()) db.in_transaction(all);
}

/// Whether a watch failed when it was polled last, within the window in which failures count together.
static bool failed_lately(watch const& target, storage::watch_record const& row, instant now) {
    if (!row.failing_since || !row.last_attempt_at) return false;
    return now - *row.last_attempt_at <= 2 * std::max<std::chrono::milliseconds>(target.interval, 1min);
}

/// Everything that is to be watched now: named by the operator, or found in an account before. Names that are
/// gone from the configuration are retired.
asio::awaitable<void> service::take_watches() {
    auto const keep = now_;
    auto const now = parts_.time.now();

    struct plan {
        std::vector<watch> wanted;
        std::map<std::string, storage::watch_record> stored;
        std::set<std::string> hubs_down;
        std::map<std::string, std::size_t> dropped;
    };

    auto work = [keep, now](storage::store& db) {
        plan out;
        out.wanted = all_watches(keep->settings, db);
        std::set<std::string> named;
        for (auto const& one : out.wanted)
            named.insert(one.key());
        std::vector<std::string> gone;
        for (auto& row : db.watches()) {
            if (!named.contains(row.key) && !row.retired_at) gone.push_back(row.key);
            out.stored.emplace(row.key, std::move(row));
        }
        retire(db, keep->rules, gone, now);
        end_orphans(db, *keep, now);
        out.dropped = drop_orphaned(db, keep->lanes, now);
        for (auto const& [name, hub] : keep->hubs) {
            if (!db.active_alerts("hub/" + name).empty()) out.hubs_down.insert(name);
        }
        return out;
    };
    auto found = co_await db_.run(std::move(work));
    log_dropped(found.dropped);
    scheduler_->set_watches(found.wanted, found.stored);
    hubs_down_ = std::move(found.hubs_down);
    std::set<std::string> keys;
    for (auto const& one : found.wanted) {
        keys.insert(one.key());
        auto const row = found.stored.find(one.key());
        if (row == found.stored.end() || !failed_lately(one, row->second, now)) continue;
        health_.remember_failing(one.hub, one.key());
    }
    health_.keep(keys);
}

asio::awaitable<void> service::follow_account(account_watch account, std::uint64_t generation) {
    while (!stopping_ && generation == generation_) {
        auto& hub = *hubs_->at(account.settings.hub);
        auto const keep = now_;
        auto listed =
            co_await list_account(account, keep->settings.watches, hub, db_, keep->rules, parts_.time.now());
        if (stopping_ || generation != generation_) co_return;
        if (listed) {
            log_touched(listed->touched);
            for (auto const& one : listed->watches)
                scheduler_->add(one, {});
            if (!listed->touched.empty()) outbox_.wake();
            if (listed->doubled) {
                co_await take_watches();
                co_await show_all();
            }
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
    if (what.retired) co_return;
    auto const& hub = what.target.hub;
    bool const good = !report.failure;
    auto const ended = parts_.time.steady_now();
    health_.note(hub, what.target.key(), good || was_answered(*report.failure));
    if (good) {
        log_debug(report.unchanged ? "unchanged" : "polled", {{"repo", what.target.repo}});
    } else {
        // What was not even asked is told once, of the hub.
        auto const level = hub::was_not_asked(*report.failure) ? log_level::debug : log_level::warn;
        log(level, "poll failed", {{"repo", what.target.repo}, {"error", report.failure->message()}});
    }
    note_line(hub);
    log_touched(report.touched);
    count_poll(what, report);
    if (!report.touched.empty()) outbox_.wake();
    if (!good || hubs_down_.contains(hub)) co_await judge_failure(what, report);
    co_await show(what, report);
    looks_.note(what, report, ended);
}

/// A hub that begins to be spared, or answers again: said once, not per watch.
void service::note_line(std::string const& hub) {
    auto const found = hubs_->find(hub);
    if (found == hubs_->end()) return;
    auto const trouble = found->second->trouble();
    if (trouble && hubs_spared_.insert(hub).second) {
        log_warn(
            "the hub only fails: it is asked ever less often until it answers",
            {{"hub", hub}, {"error", trouble->message()}}
        );
    }
    if (trouble || hubs_spared_.erase(hub) == 0) return;
    log_info("the hub answers again", {{"hub", hub}});
    scheduler_->hasten(hub);
}

/// One alert about the hub when most of its watches fail; else one per watch that has failed for too long.
asio::awaitable<void> service::judge_failure(watched const& what, poll_report const& report) {
    auto const target = what.target;
    auto const since = what.record.failing_since;
    auto const health = health_.of(target.hub, scheduler_->count(target.hub));
    bool const was_down = hubs_down_.contains(target.hub);
    bool const down = was_down ? health.still_unreachable() : health.unreachable();
    bool const news = down != was_down;
    auto const now = parts_.time.now();
    bool const alone = report.failure && !down && fails_too_long(since, target.interval, now);
    if (!news && !alone) co_return;
    auto const why = report.failure ? report.failure->message() : std::string{};
    auto work = [=, rules = rules_](storage::store& db) {
        std::vector<alert> touched;
        if (news) touched = judge_monitor(db, *rules, hub_judgement(target.hub, health, down, why), now);
        if (!alone) return touched;
        auto const seen = poll_failing_judgement(target, why, *since);
        auto more = judge_monitor(db, *rules, seen, now);
        touched.insert(touched.end(), more.begin(), more.end());
        return touched;
    };
    auto touched = co_await db_.run(std::move(work));
    if (down) {
        hubs_down_.insert(target.hub);
    } else {
        hubs_down_.erase(target.hub);
    }
    log_touched(touched);
    looks_.note(touched);
    if (!touched.empty()) outbox_.wake();
}

asio::awaitable<void> service::save_book_keeping() {
    auto const rows = scheduler_->take_unsaved();
    if (rows.empty()) co_return;
    auto save = [rows](storage::store& db) { db.touch(rows); };
    try {
        co_await db_.run(std::move(save));
    } catch (storage::storage_error const&) {
        scheduler_->give_back(rows);
        throw;
    }
}

asio::awaitable<void> service::mind_alerts() {
    auto const now = parts_.time.now();
    auto work = [now, rules = rules_](storage::store& db) { return let_time_pass(db, *rules, now); };
    auto const touched = co_await db_.run(std::move(work));
    log_touched(touched);
    outbox_.wake();
}

/// What `accept`, `alerts` and other commands wrote beside us holds from the next poll on.
asio::awaitable<void> service::heed_others() {
    auto look = [known = outside_changes_](storage::store& db) {
        auto const now = db.outside_changes();
        std::vector<storage::watch_record> rows;
        if (now != known) rows = db.watches();
        return std::pair{now, std::move(rows)};
    };
    auto [version, rows] = co_await db_.run(std::move(look));
    outside_changes_ = version;
    scheduler_->refresh(rows);
    if (rows.empty()) co_return;
    outbox_.wake();
    co_await show_all();
}

asio::awaitable<void> service::round_of_upkeep() {
    co_await save_book_keeping();
    co_await heed_others();
    auto const now = parts_.time.steady_now();
    if (now >= next_minding_) {
        next_minding_ = now + minding_round;
        co_await mind_alerts();
    }
    if (now < next_prune_) co_return;
    next_prune_ = now + prune_round;
    auto const now_utc = parts_.time.now();
    auto const how_long = now_->settings.service.retention;
    auto prune = [how_long, now_utc](storage::store& db) { prune_old(db, how_long, now_utc); };
    co_await db_.run(std::move(prune));
}

/// Without its database the daemon must not go on: it would trust whatever it sees next. People hear of it
/// past the outbox, which is gone too.
asio::awaitable<bool> service::state_is_lost() {
    auto look = [](storage::store& db) { return db.lost(); };
    auto const fate = co_await db_.run(std::move(look));
    if (!fate) co_return false;
    log_error(
        *fate + " while the daemon was running: it stops, and refuses to start until a database is back"
    );
    exit_code_ = 3;
    begin_stop("the database is gone");
    auto const now = parts_.time.now();
    co_await tell_of_loss(now_->lanes, rules_, *fate, parts_.time, now);
    co_return true;
}

asio::awaitable<void> service::keep_house() {
    next_minding_ = parts_.time.steady_now() + minding_round;
    next_prune_ = parts_.time.steady_now() + prune_round;
    while (!stopping_) {
        auto const next = parts_.time.steady_now() + house_round;
        co_await house_sleep_.until(parts_.time, next);
        if (stopping_) co_return;
        bool const lost = co_await state_is_lost();
        if (lost) co_return;
        try {
            co_await round_of_upkeep();
        } catch (storage::storage_error const& e) {
            state_.note_failure(e.what());
        }
        // Whether polls write much or nothing for hours: that it could not is known within a minute, and that
        // it can again at once.
        std::chrono::milliseconds const fresh = state_.trouble() ? 0s : 1min;
        co_await state_.look(fresh);
        tell_manager();
    }
}

asio::awaitable<pulse> service::feel_pulse() {
    co_await state_.look(1s);
    auto out = take_pulse(*scheduler_, parts_.time);
    out.unwritable = state_.trouble().has_value();
    co_return out;
}

void service::begin_stop(std::string_view why) {
    if (stopping_) return;
    stopping_ = true;
    log_info("stopping", {{"reason", std::string{why}}});
    manager_.stopping();
    scheduler_->stop();
    front_->stop();
    outbox_.stop();
    reporter_.stop();
    heartbeat_.stop();
    house_sleep_.wake();
    reload_sleep_.wake();
    tasks_.cancel();
}

asio::awaitable<void> service::main_loop() {
    co_await take_watches();
    auto const count = std::to_string(scheduler_->watches().size());
    log_info("started", {{"version", user_agent()}, {"watches", count}});
    co_await show_all();
    front_->begin();
    manager_.ready();
    tell_manager();
    tasks_.spawn(heartbeat_.run());
    co_await scheduler_->run(poll_grace);
    co_await save_book_keeping();
}

/// Waits for the loops to end in their own time, then ends what only waits.
asio::awaitable<void> service::finish(net::task_group& loops, net::task_group& signals) {
    auto const never = parts_.time.steady_now() + net::very_long;
    co_await loops.drained(parts_.time, never);
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
    net::task_group signals{loop_.get_executor(), [](std::exception_ptr failure) {
                                log_exception("signals", failure);
                            }};
    loops.spawn(main_loop());
    loops.spawn(outbox_.run(send_grace));
    loops.spawn(keep_house());
    loops.spawn(serve_reloads());
    loops.spawn(reporter_.run());
    loops.spawn(front_->run());
    signals.spawn(watch_signals());
    std::exception_ptr failure;
    asio::co_spawn(loop_, finish(loops, signals), [&failure](std::exception_ptr e) { failure = e; });
    loop_.run();
    if (failure) log_exception("service", failure);
    log_info("stopped");
    return exit_code_;
}

} // namespace modelwatch
