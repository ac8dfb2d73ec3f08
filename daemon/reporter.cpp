#include "daemon/reporter.hpp"

#include "daemon/config/slot.hpp"
#include "daemon/judge.hpp"
#include "daemon/log.hpp"

#include <algorithm>
#include <stdexcept>

namespace modelwatch {

namespace {

using namespace std::chrono_literals;

/// The wall clock may be stepped: it is looked at again at least this often.
constexpr std::chrono::milliseconds longest_sleep = 1min;

constexpr char const* schedule_key = "digest.schedule";
constexpr char const* since_key = "digest.since";

bool is_wanted(config::digest_settings const& how) {
    return !how.schedule.empty() && !how.notifiers.empty();
}

/// Since when slots count: the schedule's own beginning. Slots from before it are nobody's.
instant counting_since(storage::store& db, config::digest_settings const& how, instant now) {
    auto const mark = how.schedule + " " + how.timezone;
    auto const stored = db.meta(since_key);
    auto const since = stored ? from_rfc3339(*stored) : std::nullopt;
    bool const same = db.meta(schedule_key) == mark;
    if (same && since && *since <= now) return *since;
    db.set_meta(schedule_key, mark);
    db.set_meta(since_key, to_rfc3339(now));
    return now;
}

} // namespace

std::vector<message>
digest_messages(config::digest_settings const& how, json::object const& payload, instant now) {
    std::vector<message> out;
    for (auto const& name : how.notifiers) {
        message one;
        one.id = fresh_id(now);
        one.notifier = name;
        one.type = message_type::digest;
        one.created_at = now;
        one.payload = payload;
        out.push_back(std::move(one));
    }
    return out;
}

bool queue_due_digest(
    storage::store& db, config::digest_settings const& how, digest_source const& content, instant now
) {
    auto const schedule = config::parse_schedule(how.schedule);
    if (!schedule || !is_wanted(how)) return false;
    bool queued = false;
    auto const all = [&] {
        auto const since = counting_since(db, how, now);
        auto const after = std::max(since, db.last_digest_slot(now).value_or(since));
        auto const slot = config::due_slot(*schedule, how.timezone, after, now);
        if (!slot) return;
        auto payload = content(db, *slot, now);
        payload["slot"] = to_rfc3339(*slot);
        queued = db.take_digest_slot(*slot, digest_messages(how, payload, now), now);
    };
    db.in_transaction(all);
    return queued;
}

reporter::reporter(
    asio::any_io_executor executor,
    store_thread& db,
    net::clock& time,
    digest_source content,
    std::function<void()> queued
)
    : db_(db)
    , time_(time)
    , content_(std::move(content))
    , queued_(std::move(queued))
    , sleep_(std::move(executor)) {}

void reporter::configure(config::digest_settings how) {
    how_ = std::move(how);
    sleep_.wake();
}

std::chrono::milliseconds reporter::wait() const {
    auto const schedule = config::parse_schedule(how_.schedule);
    if (!schedule) return longest_sleep;
    auto const now = time_.now();
    try {
        auto const next = config::next_slot(*schedule, how_.timezone, now);
        return std::clamp<std::chrono::milliseconds>(next - now, 1ms, longest_sleep);
    } catch (std::runtime_error const& e) {
        log_error(e.what(), {{"where", "digest"}});
        return longest_sleep;
    }
}

asio::awaitable<void> reporter::look() {
    auto work = [how = how_, content = content_, now = time_.now()](storage::store& db) {
        return queue_due_digest(db, how, content, now);
    };
    bool const queued = co_await db_.run(std::move(work));
    if (!queued) co_return;
    log_info("digest queued", {{"notifiers", std::to_string(how_.notifiers.size())}});
    queued_();
}

asio::awaitable<void> reporter::run() {
    while (!stopping_) {
        auto pause = longest_sleep;
        try {
            if (is_wanted(how_)) {
                co_await look();
                pause = wait();
            }
        } catch (storage::storage_error const& e) {
            // The slot was not taken: it is tried again.
            log_error(e.what(), {{"where", "digest"}});
        }
        auto const next = time_.steady_now() + pause;
        if (!stopping_) co_await sleep_.until(time_, next);
    }
}

void reporter::stop() {
    stopping_ = true;
    sleep_.wake();
}

} // namespace modelwatch
