#include "daemon/scheduler.hpp"

#include "daemon/log.hpp"

#include <algorithm>
#include <cmath>

namespace modelwatch {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr milliseconds longest_sleep = 60s;
/// Overdue watches are spread over at most this long, so that a restart is no burst.
constexpr milliseconds longest_spread = 60s;
/// A repo that the hub denied once is asked again soon: two polls in a row decide.
constexpr milliseconds confirm_after = 30s;

/// Place of a watch in [0, 1) that stays the same over restarts.
double splay(std::string const& key) {
    return static_cast<double>(std::hash<std::string>{}(key) % 10'000) / 10'000.0;
}

milliseconds scaled(milliseconds whole, double share) {
    return milliseconds{std::llround(static_cast<double>(whole.count()) * share)};
}

} // namespace

scheduler::scheduler(
    asio::any_io_executor executor, poll_deps deps, schedule_limits limits, poll_listener listener
)
    : executor_(executor)
    , hubs_(std::move(deps.hubs))
    , rules_(std::move(deps.rules))
    , db_(deps.db)
    , time_(deps.time)
    , evidence_(deps.evidence)
    , limits_(limits)
    , listener_(std::move(listener))
    , polls_(executor, [](std::exception_ptr failure) { log_exception("poll", failure); })
    , sleep_(executor)
    , last_finished_(time_.steady_now()) {}

void scheduler::set_deps(poll_deps deps) {
    hubs_ = std::move(deps.hubs);
    rules_ = std::move(deps.rules);
}

net::steady_instant scheduler::first_time(watched const& what) {
    auto const now = time_.steady_now();
    if (!what.record.last_attempt_at) return now; // people wait for the first look
    auto const spread = std::min(scaled(what.target.interval, 0.1), longest_spread);
    auto const soon = now + scaled(spread, splay(what.record.key));
    if (!what.record.next_due_at) return soon;
    auto const wait = *what.record.next_due_at - time_.now();
    if (wait <= 0ms) return soon;
    return now + std::min<milliseconds>(
                     wait, what.target.interval + scaled(what.target.interval, what.target.jitter)
                 );
}

void scheduler::add(watch const& target, storage::watch_record record) {
    auto const key = target.key();
    if (watches_.contains(key)) return;
    auto made = std::make_unique<watched>();
    made->target = target;
    made->record = std::move(record);
    note_target(made->record, target);
    schedule(*made, first_time(*made));
    watches_.emplace(key, std::move(made));
    sleep_.wake();
}

void scheduler::set_watches(
    std::vector<watch> const& wanted, std::map<std::string, storage::watch_record> const& stored
) {
    std::set<std::string> named;
    for (auto const& target : wanted) {
        named.insert(target.key());
        auto const known = watches_.find(target.key());
        if (known != watches_.end()) {
            known->second->target = target;
            known->second->retired = false;
            known->second->deployed_asked = false;
            known->second->record.tags = target.tags;
            bool const too_late = known->second->next_due > time_.steady_now() + target.interval;
            if (too_late && !known->second->running) schedule(*known->second, first_time(*known->second));
            continue;
        }
        auto const row = stored.find(target.key());
        add(target, row == stored.end() ? storage::watch_record{} : row->second);
    }
    for (auto next = watches_.begin(); next != watches_.end();) {
        auto const current = next++;
        if (!named.contains(current->first)) forget(*current->second);
    }
    sleep_.wake();
}

void scheduler::forget(watched& what) {
    queue_.erase({what.next_due, &what});
    what.retired = true;
    if (!what.running) watches_.erase(what.target.key());
}

bool scheduler::poke(std::string const& repo) {
    bool found = false;
    for (auto& [key, what] : watches_) {
        if (what->target.repo != repo && what->record.current_repo != repo) continue;
        found = true;
        if (what->running) {
            what->again = true;
        } else {
            schedule(*what, time_.steady_now());
        }
    }
    if (found) sleep_.wake();
    return found;
}

void scheduler::hasten(std::string const& hub) {
    for (auto& [key, what] : watches_) {
        if (what->target.hub != hub || what->running || what->record.failures == 0) continue;
        auto const spread = std::min<milliseconds>(what->target.interval, longest_spread);
        auto const soon = time_.steady_now() + scaled(spread, splay(key));
        if (soon < what->next_due) schedule(*what, soon);
    }
    sleep_.wake();
}

void scheduler::look_at(std::string const& key) {
    auto const found = watches_.find(key);
    if (found == watches_.end()) return;
    auto& what = *found->second;
    what.evidence_due = {};
    if (what.running) {
        what.again = true;
    } else {
        schedule(what, time_.steady_now());
    }
    sleep_.wake();
}

void scheduler::schedule(watched& what, net::steady_instant when) {
    queue_.erase({what.next_due, &what});
    what.next_due = when;
    queue_.insert({when, &what});
    what.record.next_due_at = time_.now() + std::max(0ms, when - time_.steady_now());
}

milliseconds scheduler::jittered(watched const& what, milliseconds interval) {
    std::uniform_real_distribution<double> share{-what.target.jitter, what.target.jitter};
    return std::max(1ms, interval + scaled(interval, share(random_)));
}

milliseconds scheduler::backoff(watched const& what, error const& failure) {
    // A failing watch is asked at its interval, then ever less often; the hub's own wish counts where it is
    // longer, up to the longest backoff.
    auto const doublings = std::min(what.record.failures > 3 ? what.record.failures - 3 : 0u, 6u);
    auto const longest = std::max(limits_.longest_backoff, what.target.interval);
    auto const grown = std::min(what.target.interval * (1 << doublings), longest);
    auto const wished = failure.retry_after ? milliseconds{*failure.retry_after} : 0ms;
    return std::max(jittered(what, grown), std::min(wished, longest));
}

net::steady_instant scheduler::next_time(watched& what, poll_report const& report) {
    auto const now = time_.steady_now();
    if (report.failure) return now + backoff(what, *report.failure);
    if (what.record.missing_streak == 1) return now + std::min(confirm_after, what.target.interval);
    // From the planned time, so that slow polls do not shift the phase; from now when it fell far behind.
    auto const planned = what.next_due + jittered(what, what.target.interval);
    return planned > now ? planned : now + jittered(what, what.target.interval);
}

/// The end of a poll, good or bad: back into the schedule, or gone when the configuration dropped it
/// meanwhile.
void scheduler::finish(watched& what, net::steady_instant next) {
    what.running = false;
    if (what.retired) {
        watches_.erase(what.target.key());
    } else {
        schedule(what, what.again ? time_.steady_now() : next);
        what.again = false;
        what.unsaved = true;
    }
    sleep_.wake();
}

std::size_t scheduler::count(std::string const& hub) const {
    return static_cast<std::size_t>(std::count_if(watches_.begin(), watches_.end(), [&](auto const& one) {
        return one.second->target.hub == hub;
    }));
}

void scheduler::refresh(std::vector<storage::watch_record> const& rows) {
    for (auto const& row : rows) {
        auto const found = watches_.find(row.key);
        if (found == watches_.end()) continue;
        auto& mine = found->second->record;
        mine.baseline = row.baseline;
        if (row.proof.empty()) mine.proof.clear();
    }
}

void scheduler::give_back(std::vector<storage::watch_record> const& rows) {
    for (auto const& row : rows) {
        auto const found = watches_.find(row.key);
        if (found != watches_.end()) found->second->unsaved = true;
    }
}

asio::awaitable<void> scheduler::poll_one(watched& what) {
    poll_report report;
    try {
        poll_deps deps{hubs_, rules_, db_, time_, evidence_};
        auto const begun = time_.steady_now();
        report = co_await poll(std::move(deps), what);
        report.took = time_.steady_now() - begun;
        co_await listener_(what, report);
    } catch (storage::storage_error const& e) {
        if (database_) database_(e.what());
        finish(what, time_.steady_now() + what.target.interval);
        throw;
    } catch (...) {
        // Whatever it was (a full disk, a bug): this watch must stay in the schedule. Cancellation ends here
        // too.
        finish(what, time_.steady_now() + what.target.interval);
        throw;
    }
    last_finished_ = time_.steady_now();
    has_succeeded_ = has_succeeded_ || !report.failure;
    finish(what, next_time(what, report));
}

void scheduler::start_due() {
    auto const now = time_.steady_now();
    while (!queue_.empty() && polls_.running() < limits_.max_running) {
        auto const [when, what] = *queue_.begin();
        if (when > now) return;
        queue_.erase(queue_.begin());
        what->running = true;
        polls_.spawn(poll_one(*what));
    }
}

asio::awaitable<void> scheduler::run(milliseconds grace) {
    while (!stopping_) {
        start_due();
        auto const now = time_.steady_now();
        auto next = now + longest_sleep;
        bool const full = polls_.running() >= limits_.max_running;
        if (!full && !queue_.empty()) next = std::min(next, queue_.begin()->first);
        co_await sleep_.until(time_, next);
    }
    auto const deadline = time_.steady_now() + grace;
    polls_.cancel();
    co_await polls_.drained(time_, deadline);
}

void scheduler::stop() {
    stopping_ = true;
    sleep_.wake();
}

std::vector<storage::watch_record> scheduler::take_unsaved() {
    std::vector<storage::watch_record> out;
    for (auto& [key, what] : watches_) {
        if (!what->unsaved || what->running) continue;
        out.push_back(what->record);
        what->unsaved = false;
    }
    return out;
}

std::optional<net::steady_instant> scheduler::next_due() const {
    if (queue_.empty()) return std::nullopt;
    return queue_.begin()->first;
}

} // namespace modelwatch
