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
constexpr milliseconds shortest_sleep = 100ms;
constexpr milliseconds after_trouble = 5s;
constexpr unsigned most_tries_of_a_command = 3;
/// `check` does not wait longer than this for far ends that hang.
constexpr milliseconds longest_flush = 2min;
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
    out.id = fresh_id(now);
    out.notifier = fallback;
    out.created_at = now; // its own patience begins now
    out.state = message_state::waiting;
    out.next_attempt_at = now;
    out.attempts = 0;
    out.last_answer.clear();
    return out;
}

} // namespace

/// Takes a message's id out of the flight again, whatever way the attempt ends.
class flight_mark {
public:
    flight_mark(std::set<std::string>& flight, std::string id)
        : flight_(flight)
        , id_(std::move(id)) {}

    ~flight_mark() { flight_.erase(id_); }

    flight_mark(flight_mark const&) = delete;
    flight_mark& operator=(flight_mark const&) = delete;

private:
    std::set<std::string>& flight_;
    std::string id_;
};

struct outbox::lane {
    lane_settings settings;
    net::wakeable_sleep sleep;
    bool replaced = false;

    lane(lane_settings how, asio::any_io_executor executor)
        : settings(std::move(how))
        , sleep(std::move(executor)) {}
};

namespace {

milliseconds usual_delay(unsigned failed_attempts) {
    auto const doublings = std::min(failed_attempts == 0 ? 0u : failed_attempts - 1, 9u);
    return std::min<milliseconds>(5s * (1 << doublings), 30min);
}

constexpr double least_moved = 0.8;
constexpr double most_moved = 1.2;

milliseconds moved_by(milliseconds delay, double factor) {
    return milliseconds{static_cast<milliseconds::rep>(static_cast<double>(delay.count()) * factor)};
}

/// How long lies between the first and the last of so many attempts at their usual pace, whatever the clocks
/// say.
milliseconds time_tried(unsigned attempts) {
    constexpr unsigned growing = 10;
    auto const waits = std::max(attempts, 1u) - 1;
    milliseconds out{0};
    for (unsigned i = 1; i <= std::min(waits, growing); ++i)
        out += usual_delay(i);
    return waits > growing ? out + (waits - growing) * usual_delay(growing + 1) : out;
}

/// How long a message has been waiting. Its attempts bound what the wall clock says: it may be dated into the
/// future, and it may look old although it was hardly tried (a clock that was behind, a daemon that was off).
milliseconds time_waited(message const& entry, milliseconds patience, instant now) {
    auto const usual = time_tried(entry.attempts);
    auto const most = moved_by(usual, most_moved);
    auto const age = now - entry.created_at;
    bool const hardly_tried = most < std::min(patience, longest_message_wait);
    return std::max(hardly_tried ? std::min(age, most) : age, moved_by(usual, least_moved));
}

} // namespace

milliseconds retry_delay(unsigned failed_attempts, double random) {
    return moved_by(usual_delay(failed_attempts), least_moved + (most_moved - least_moved) * random);
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
    auto const own = retry_delay(entry.attempts, random);
    auto const left = give_up_after - time_waited(entry, give_up_after, now);
    if (made.what == notify::delivery::outcome::failed || own > left) {
        entry.state = message_state::given_up;
        return entry;
    }
    auto const wished =
        std::min(made.retry_after ? milliseconds{*made.retry_after} : 0ms, longest_message_wait);
    entry.state = message_state::waiting;
    // A far end that wants to be left alone for longer than our patience gets one attempt at its end.
    entry.next_attempt_at = now + std::max(own, std::min(wished, left));
    return entry;
}

std::map<std::string, std::size_t>
drop_orphaned(storage::store& db, std::vector<lane_settings> const& lanes, instant now) {
    std::vector<std::string> names;
    for (auto const& one : lanes)
        names.push_back(one.name);
    return db.drop_messages_to_others(names, now);
}

void log_dropped(std::map<std::string, std::size_t> const& dropped) {
    for (auto const& [name, number] : dropped) {
        log_warn(
            "messages dropped: their notifier is not configured any more",
            {{"notifier", name}, {"messages", std::to_string(number)}}
        );
    }
}

outbox::outbox(asio::any_io_executor executor, store_thread& db, net::clock& time)
    : executor_(executor)
    , db_(db)
    , time_(time)
    , running_(executor, [this](std::exception_ptr failure) { note_trouble(failure); })
    , stop_sleep_(executor) {}

outbox::~outbox() = default;

void outbox::note_trouble(std::exception_ptr const& failure) {
    log_exception("outbox", failure);
    try {
        std::rethrow_exception(failure);
    } catch (storage::storage_error const& e) {
        trouble_ = e.what();
    } catch (...) {
        return; // a far end's, or the end of our patience with it
    }
}

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

void outbox::listen(std::function<void(message const& after, std::chrono::milliseconds took)> listener) {
    listener_ = std::move(listener);
}

void outbox::wake() {
    for (auto& [name, one] : lanes_)
        one->sleep.wake();
}

void outbox::start(std::shared_ptr<lane> which) {
    running_.spawn(serve(std::move(which)));
}

/// Since when a notifier has been failing, over restarts; nullopt while it works.
static std::optional<instant>
note_outcome(storage::store& db, std::string const& notifier, bool good, instant now) {
    auto const key = "failing-since:" + notifier;
    auto const known = db.meta(key);
    auto const since = known ? from_rfc3339(*known) : std::nullopt;
    if (good) {
        if (since) db.set_meta(key, "");
        return std::nullopt;
    }
    if (since && *since <= now) return since;
    db.set_meta(key, to_rfc3339(now)); // new, or noted by a clock that was ahead
    return now;
}

/// The attempt, the message's new state, what the fallback gets and what the other notifiers hear: together.
void outbox::save_outcome(
    storage::store& db, lane_settings const& lane, judge_rules const& rules, outcome const& made
) {
    auto const all = [&] {
        db.record_attempt(made.entry, made.record, made.pending);
        bool const good = made.entry.state == message_state::delivered;
        bool const given_up = made.entry.state == message_state::given_up;
        auto const now = made.record.at;
        if (given_up && !lane.fallback.empty()) db.enqueue(copy_for_fallback(made.entry, lane.fallback, now));
        auto const since = note_outcome(db, lane.name, good, now);
        bool const failing = given_up || (since && now - *since >= failing_is_news_after);
        if (!good && !failing) return;
        (void)judge_monitor(db, rules, failing_judgement(lane.name, failing, made.record.answer), now);
    };
    db.in_transaction(all);
}

/// True: it was delivered.
asio::awaitable<bool> outbox::attempt_one(lane& which, message entry) {
    auto const name = which.settings.name;
    auto pending = [id = entry.id](storage::store& db) { return db.pending_recipients(id); };
    auto recipients = co_await db_.run(pending);
    auto const begun = time_.steady_now();
    MODELWATCH_FAILPOINT("send-before");
    auto answer = co_await which.settings.to->send(entry, std::move(recipients));
    MODELWATCH_FAILPOINT("send-after");
    outcome made;
    auto const now = time_.now();
    made.record = {entry.id, now, time_.steady_now() - begun, answer.status, answer.answer};
    made.entry = after_attempt(std::move(entry), answer, which.settings.give_up_after, now, random_share());
    made.pending = answer.pending_recipients;
    auto save = [made, lane = which.settings, rules = rules_](storage::store& db) {
        save_outcome(db, lane, *rules, made);
    };
    for (unsigned tries = 1;; ++tries) {
        try {
            co_await db_.run(save);
            if (tries > 1) trouble_.clear();
            break;
        } catch (storage::storage_error const& e) {
            // What the far end has taken must be written down, or it would be sent again.
            log_error(e.what(), {{"notifier", name}});
            trouble_ = e.what();
        }
        // A command comes to an end; the service goes on trying.
        if (stopping_ || (!serving_ && tries == most_tries_of_a_command)) co_return false;
        auto const later = time_.steady_now() + after_trouble;
        co_await time_.sleep_until(later);
    }
    if (listener_) listener_(made.entry, made.record.took);
    bool const good = made.entry.state == message_state::delivered;
    bool const given_up = made.entry.state == message_state::given_up;
    log(good ? log_level::info : log_level::warn,
        good       ? "message delivered"
        : given_up ? "message given up"
                   : "message not delivered, will try again",
        {{"notifier", name},
         {"id", made.entry.id},
         {"attempt", std::to_string(made.entry.attempts)},
         {"answer", answer.answer}});
    if (!good) wake();
    co_return good;
}

asio::awaitable<void> outbox::send_due(lane& which) {
    while (!stopping_ && !which.replaced) {
        auto take = [name = which.settings.name, now = time_.now()](storage::store& db) {
            return db.take_due(name, now, batch);
        };
        auto due = co_await db_.run(std::move(take));
        bool progress = false;
        bool all_well = true;
        for (auto& entry : due) {
            if (stopping_ || which.replaced) co_return;
            // A lane that a reload replaced may still be at it.
            auto const [place, mine] = in_flight_.insert(entry.id);
            if (!mine) continue;
            auto const id = entry.id;
            flight_mark const mark{in_flight_, id};
            progress = true;
            all_well = co_await attempt_one(which, std::move(entry));
            // What waits now holds back later messages about the same alerts: which, the store knows.
            if (!all_well) break;
        }
        bool const done = all_well && due.size() < batch;
        if (done || !progress) co_return;
    }
}

asio::awaitable<void> outbox::serve(std::shared_ptr<lane> which) {
    while (!stopping_ && !which->replaced) {
        auto wait = after_trouble;
        try {
            co_await send_due(*which);
            auto look = [name = which->settings.name](storage::store& db) { return db.next_due(name); };
            auto const due = co_await db_.run(std::move(look));
            wait = longest_sleep;
            // Something due that was not taken waits for an older message or another lane.
            if (due) wait = std::clamp<milliseconds>(*due - time_.now(), shortest_sleep, longest_sleep);
        } catch (storage::storage_error const& e) {
            log_error(e.what(), {{"notifier", which->settings.name}});
        }
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

asio::awaitable<std::string> outbox::flush() {
    trouble_.clear();
    // The second pass is for what the first one caused: a failing notifier is told to the others.
    auto const deadline = time_.steady_now() + longest_flush;
    for (int pass = 0; pass < 2; ++pass) {
        for (auto& [name, one] : lanes_)
            running_.spawn(send_once(one));
        bool const done = co_await running_.drained(time_, deadline);
        if (done) continue;
        stopping_ = true;
        running_.cancel();
        auto const never = time_.steady_now() + net::very_long;
        co_await running_.drained(time_, never);
    }
    co_return trouble_;
}

} // namespace modelwatch
