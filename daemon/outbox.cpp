#include "daemon/outbox.hpp"

#include "daemon/log.hpp"
#include "daemon/model/digest.hpp"
#include "storage/failpoint.hpp"

#include <algorithm>
#include <random>

namespace modelwatch {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

/// Other processes (`accept`, `outbox retry`) write messages too: look at least this often.
constexpr milliseconds longest_sleep = 5s;
constexpr std::size_t batch = 16;
constexpr auto failing_is_news_after = 1h;

double random_share() {
    thread_local std::mt19937_64 source{std::random_device{}()};
    return std::uniform_real_distribution<double>{0.0, 1.0}(source);
}

/// The alert that a notifier does not work, told to the others.
alerting::judgement failing_judgement(std::string const& name, bool failing, std::string const& answer) {
    alerting::judgement out;
    out.watch_key = "notifier/" + name;
    out.not_to = name;
    if (!failing) return out;
    change what;
    what.kind = alert_kind::delivery_failing;
    what.level = info(what.kind).level;
    what.subject = name;
    what.summary = "messages to the notifier " + name + " are not delivered";
    what.detail = "The far end's last answer: " + (answer.empty() ? std::string{"none"} : answer) +
                  ". Messages wait in the outbox until they are given up.";
    what.evidence = {{"notifier", name}};
    out.changes.push_back(std::move(what));
    return out;
}

message copy_for_fallback(message const& entry, std::string const& fallback, instant now) {
    message out = entry;
    out.id = new_uuid7(static_cast<std::uint64_t>(now.time_since_epoch().count()));
    out.notifier = fallback;
    out.state = message_state::waiting;
    out.next_attempt_at = now;
    out.attempts = 0;
    out.last_answer.clear();
    return out;
}

} // namespace

struct outbox::lane {
    lane_settings settings;
    net::wakeable_sleep sleep;
    std::optional<instant> failing_since;
    bool alerted = true; ///< an alert may be open from an earlier run: the first delivery looks
    bool replaced = false;

    lane(lane_settings how, asio::any_io_executor executor)
        : settings(std::move(how))
        , sleep(std::move(executor)) {}
};

milliseconds retry_delay(unsigned failed_attempts, double random) {
    auto const doublings = std::min(failed_attempts == 0 ? 0u : failed_attempts - 1, 9u);
    auto const base = std::min<milliseconds>(5s * (1 << doublings), 30min);
    auto const moved = static_cast<double>(base.count()) * (0.8 + 0.4 * random);
    return milliseconds{static_cast<milliseconds::rep>(moved)};
}

message after_attempt(
    message entry,
    notify::delivery const& made,
    std::chrono::seconds give_up_after,
    instant now,
    double random
) {
    entry.attempts += 1;
    entry.last_answer = made.answer;
    entry.next_attempt_at.reset();
    if (made.what == notify::delivery::outcome::delivered) {
        entry.state = message_state::delivered;
        return entry;
    }
    auto const wished = made.retry_after ? milliseconds{*made.retry_after} : 0ms;
    auto const next = now + std::max(retry_delay(entry.attempts, random), wished);
    bool const patience_over = next - entry.created_at > give_up_after;
    if (made.what == notify::delivery::outcome::failed || patience_over) {
        entry.state = message_state::given_up;
        return entry;
    }
    entry.state = message_state::waiting;
    entry.next_attempt_at = next;
    return entry;
}

outbox::outbox(asio::any_io_executor executor, store_thread& db, net::clock& time)
    : executor_(executor)
    , db_(db)
    , time_(time)
    , running_(executor, [](std::exception_ptr failure) { log_exception("outbox", failure); })
    , stop_sleep_(executor) {}

outbox::~outbox() = default;

void outbox::configure(std::vector<lane_settings> lanes, std::shared_ptr<judge_rules const> rules) {
    rules_ = std::move(rules);
    for (auto& [name, old] : lanes_) {
        old->replaced = true;
        old->sleep.wake();
    }
    lanes_.clear();
    for (auto& one : lanes) {
        auto const name = one.name;
        auto made = std::make_shared<lane>(std::move(one), executor_);
        lanes_[name] = made;
        if (serving_) start(made);
    }
}

void outbox::wake() {
    for (auto& [name, one] : lanes_)
        one->sleep.wake();
}

void outbox::start(std::shared_ptr<lane> which) {
    running_.spawn(serve(std::move(which)));
}

asio::awaitable<void> outbox::attempt_one(lane& which, message entry) {
    auto const name = which.settings.name;
    auto pending = [id = entry.id](storage::store& db) { return db.pending_recipients(id); };
    auto recipients = co_await db_.run(pending);
    auto const begun = time_.steady_now();
    MODELWATCH_FAILPOINT("send-before");
    auto made = co_await which.settings.to->send(entry, std::move(recipients));
    MODELWATCH_FAILPOINT("send-after");
    auto const now = time_.now();
    attempt const record{entry.id, now, time_.steady_now() - begun, made.status, made.answer};
    entry = after_attempt(std::move(entry), made, which.settings.give_up_after, now, random_share());
    bool const good = entry.state == message_state::delivered;
    bool const given_up = entry.state == message_state::given_up;
    if (good) {
        which.failing_since.reset();
    } else if (!which.failing_since) {
        which.failing_since = now;
    }
    bool const failing =
        given_up || (which.failing_since && now - *which.failing_since >= failing_is_news_after);
    bool const judged = failing || (good && which.alerted);
    which.alerted = failing || (which.alerted && !good);
    auto const rules = rules_;
    auto save = [&](storage::store& db) {
        auto const all = [&] {
            db.record_attempt(entry, record, made.pending_recipients);
            if (given_up && !which.settings.fallback.empty()) {
                db.enqueue(copy_for_fallback(entry, which.settings.fallback, now));
            }
            if (judged) (void)judge_monitor(db, *rules, failing_judgement(name, failing, made.answer), now);
        };
        db.in_transaction(all);
    };
    co_await db_.run(save);
    auto const level = good ? log_level::info : log_level::warn;
    log(level,
        good       ? "message delivered"
        : given_up ? "message given up"
                   : "message not delivered, will try again",
        {{"notifier", name},
         {"id", entry.id},
         {"attempt", std::to_string(entry.attempts)},
         {"answer", made.answer}});
    if (judged || given_up) wake();
}

asio::awaitable<void> outbox::send_due(lane& which) {
    while (!stopping_ && !which.replaced) {
        auto take = [&](storage::store& db) { return db.take_due(which.settings.name, time_.now(), batch); };
        auto due = co_await db_.run(take);
        for (auto& entry : due) {
            if (stopping_ || which.replaced) co_return;
            co_await attempt_one(which, std::move(entry));
        }
        if (due.size() < batch) co_return;
    }
}

asio::awaitable<void> outbox::serve(std::shared_ptr<lane> which) {
    while (!stopping_ && !which->replaced) {
        co_await send_due(*which);
        auto look = [&](storage::store& db) { return db.next_due(which->settings.name); };
        auto const due = co_await db_.run(look);
        auto wait = longest_sleep;
        if (due) wait = std::clamp<milliseconds>(*due - time_.now(), 1ms, longest_sleep);
        auto const until = time_.steady_now() + wait;
        if (!stopping_ && !which->replaced) co_await which->sleep.until(time_, until);
    }
}

asio::awaitable<void> outbox::run(milliseconds grace) {
    serving_ = true;
    for (auto& [name, one] : lanes_)
        start(one);
    while (!stopping_) {
        auto const later = time_.steady_now() + std::chrono::hours{1};
        co_await stop_sleep_.until(time_, later);
    }
    // An attempt in flight may end and be recorded; nothing new is begun.
    auto const deadline = time_.steady_now() + grace;
    bool const done = co_await running_.drained(time_, deadline);
    if (!done) running_.cancel();
    auto const last = time_.steady_now() + 1s;
    if (!done) co_await running_.drained(time_, last);
}

void outbox::stop() {
    stopping_ = true;
    stop_sleep_.wake();
    wake();
}

asio::awaitable<void> outbox::send_once(std::shared_ptr<lane> which) {
    co_await send_due(*which);
}

asio::awaitable<void> outbox::flush() {
    // The second pass is for what the first one caused: a failing notifier is told to the others.
    for (int pass = 0; pass < 2; ++pass) {
        for (auto& [name, one] : lanes_)
            running_.spawn(send_once(one));
        auto const never = time_.steady_now() + std::chrono::hours{1};
        co_await running_.drained(time_, never);
    }
}

} // namespace modelwatch
