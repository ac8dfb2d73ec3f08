#include "daemon/alert_desk.hpp"
#include "daemon/outbox.hpp"
#include "daemon/retention.hpp"
#include "daemon/scheduler.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_awaitable.hpp"

#include <fmt/format.h>

#include <map>
#include <random>
#include <set>

// The real outbox, scheduler and store in virtual time, while somebody steps the wall clock by days and years
// at any moment of a message's and a poll's life, over restarts too. Whatever it says, nothing waits longer
// than its longest backoff, and nothing is sent twice.

using namespace modelwatch;
using namespace std::chrono_literals;

namespace {

using std::chrono::milliseconds;

constexpr auto interval = 15min;
/// What a round of a loop may take: lanes look every five seconds.
constexpr auto slack = 20s;

struct far_end final : notify::channel {
    using notify::channel::send;

    net::clock& time;
    bool down = false;
    std::multiset<std::string> delivered;
    std::multiset<std::string> said; ///< "alert.opened ID" of what was delivered
    net::steady_instant last_attempt{};

    explicit far_end(net::clock& clock)
        : time(clock) {}

    asio::awaitable<notify::delivery> send(message const& what, std::vector<std::string>) override {
        last_attempt = time.steady_now();
        notify::delivery out;
        if (down) {
            out.answer = "503";
            out.retry_after = 24h; // more than anybody waits
            co_return out;
        }
        delivered.insert(what.id);
        for (auto const& entry : what.alerts)
            said.insert(std::string{to_string(what.type)} + " " + entry.id);
        out.what = notify::delivery::outcome::delivered;
        co_return out;
    }
};

/// A hub that answers nothing but polls.
struct small_hub final : hub::hub_client {
    net::clock& time;
    hub::hub_options how;
    bool down = false;
    std::map<std::string, net::steady_instant> polled;

    explicit small_hub(net::clock& clock)
        : time(clock) {}

    static error nothing() {
        return {.code = errc::unreachable, .what = "down", .hint = {}, .status = 0, .retry_after = {}};
    }

    [[nodiscard]] hub::hub_options const& options() const noexcept override { return how; }

    [[nodiscard]] std::optional<error> trouble() const override { return std::nullopt; }

    asio::awaitable<result<observation>> observe(hub::observe_request request) override {
        polled[request.repo] = time.steady_now();
        if (down) co_return nothing();
        observation seen;
        seen.proof = "as before";
        seen.unchanged = request.proof == seen.proof;
        if (!seen.unchanged) seen.state = state_of(request.repo);
        co_return seen;
    }

    static snapshot state_of(std::string const& repo) {
        snapshot out;
        out.hub = "hub";
        out.repo = repo;
        out.revision = "main";
        out.commit = std::string(40, 'a');
        out.files = {{"model.safetensors", 100, std::string(40, 'b'), std::string(64, 'c')}};
        return out;
    }

    asio::awaitable<result<std::vector<hub::listed_model>>> list_models(std::string) override {
        co_return nothing();
    }

    asio::awaitable<result<hub::model_listing>> newest_models(std::string) override { co_return nothing(); }

    asio::awaitable<result<std::optional<std::vector<hub::dated_file>>>>
    file_dates(std::string, std::string) override {
        co_return nothing();
    }

    asio::awaitable<result<hub::account_overview>> owner(std::string) override { co_return nothing(); }

    asio::awaitable<result<std::optional<bool>>> discussions_open(std::string) override {
        co_return nothing();
    }

    asio::awaitable<result<std::vector<text_file>>>
    read_texts(std::string, std::string, std::vector<file_entry>) override {
        co_return std::vector<text_file>{};
    }

    asio::awaitable<result<std::string>>
    read_file(std::string, std::string, std::string, std::uint64_t) override {
        co_return nothing();
    }

    asio::awaitable<result<std::string>>
    read_range(std::string, std::string, std::string, std::uint64_t, std::uint64_t) override {
        co_return nothing();
    }

    [[nodiscard]] std::string web_url(std::string_view, std::string_view) const override { return {}; }
};

/// What ends with a process.
struct process {
    gatherer evidence;
    outbox sender;
    scheduler polls;
    net::task_group tasks;

    process(asio::any_io_executor where, poll_deps const& deps, poll_listener listener)
        : evidence(deps.time)
        , sender(where, deps.db, deps.time)
        , polls(
              where, poll_deps{deps.hubs, deps.rules, deps.db, deps.time, evidence}, {}, std::move(listener)
          )
        , tasks(where, [](std::exception_ptr e) { std::rethrow_exception(e); }) {}
};

class story {
public:
    explicit story(unsigned seed)
        : random_(seed)
        , db_(storage::open_store({}, storage::open_mode::memory)) {
        auto rules = std::make_shared<judge_rules>();
        rules->publishers = assess::publisher_registry::builtin();
        rules->licenses = assess::license_table::builtin();
        rules->group_wait = 1500ms;
        rules->desk.notifiers.push_back({"pager", severity::info, {"*"}, {}});
        rules_ = std::move(rules);
        auto hubs = std::make_shared<hub_map>();
        auto made = std::make_unique<small_hub>(time_);
        hub_ = made.get();
        (*hubs)["hub"] = std::move(made);
        hubs_ = std::move(hubs);
        start();
    }

    void step() {
        switch (pick(8)) {
        case 0:
        case 1:
            step_clock();
            break;
        case 2:
            pager_->down = chance(60);
            break;
        case 3:
            hub_->down = chance(50);
            break;
        case 4:
            restart();
            break;
        case 5:
            pass(std::chrono::minutes{pick(90)});
            break;
        default:
            notice();
        }
        pass(std::chrono::seconds{1 + pick(120)});
    }

    /// The far ends are well again; what waits has until its longest backoff.
    void finish() {
        pager_->down = false;
        hub_->down = false;
        pass(longest_message_wait + slack);
        CHECK(waiting().empty());
        pass(2h);
        stop();
        storage::message_filter const lost{false, false, true, true, 1000};
        CHECK(db_.direct().messages(lost).empty());
        for (auto const* const list : {&pager_->delivered, &pager_->said}) {
            for (auto const& one : *list) {
                INFO(one);
                CHECK(list->count(one) == 1);
            }
        }
        for (auto const& id : opened_)
            CHECK(pager_->said.contains("alert.opened " + id));
    }

private:
    unsigned pick(std::size_t below) {
        return std::uniform_int_distribution<unsigned>{0, static_cast<unsigned>(below) - 1}(random_);
    }

    bool chance(unsigned percent) { return pick(100) < percent; }

    /// What the wall would say if nobody had touched it.
    [[nodiscard]] instant true_time() const {
        return test::fake_clock::default_start + (time_.steady_now() - begun_);
    }

    void step_clock() {
        constexpr milliseconds steps[] = {0h, 48h, -48h, 24h * 1461, -24h * 1461};
        time_.set_wall(true_time() + steps[pick(std::size(steps))]);
    }

    [[nodiscard]] static watch target(int number) {
        watch out;
        out.repo = fmt::format("acme/model-{}", number);
        out.interval = interval;
        return out;
    }

    void start() {
        poll_deps const deps{hubs_, rules_, db_, time_, idle_};
        auto const listener = [](watched&, poll_report const&) -> asio::awaitable<void> { co_return; };
        now_ = std::make_unique<process>(io_.get_executor(), deps, listener);
        now_->sender.configure({{"pager", pager_, 72h, {}}}, rules_);
        std::map<std::string, storage::watch_record> stored;
        for (auto& row : db_.direct().watches())
            stored.emplace(row.key, std::move(row));
        now_->polls.set_watches({target(1), target(2)}, stored);
        now_->tasks.spawn(now_->sender.run(1s));
        now_->tasks.spawn(now_->polls.run(1s));
    }

    void stop() {
        now_->sender.stop();
        now_->polls.stop();
        auto const end = time_.steady_now() + 1h;
        std::optional<bool> done;
        test::run_state state;
        test::start_awaitable(io_, test::keep_value(now_->tasks.drained(time_, end), done), state);
        do {
            settle(); // no time passes while the database is at work: it would look too slow for the grace
        } while (!state.finished && time_.jump_to_next());
        test::expect_finished(state);
        REQUIRE(done.value());
        db_.direct().touch(now_->polls.take_unsaved());
    }

    void restart() {
        stop();
        if (chance(50)) step_clock(); // while it was off
        start();
        began_ = time_.steady_now();
    }

    /// Something has changed: an alert and its message.
    void notice() {
        alerting::judgement seen;
        seen.watch_key = fmt::format("hub/acme/other-{}@main", ++changes_);
        seen.repo = fmt::format("acme/other-{}", changes_);
        seen.hub = "hub";
        modelwatch::change what;
        what.kind = alert_kind::weights_replaced;
        what.level = severity::medium;
        what.files = {{"model.safetensors", "old", fmt::format("sha-{}", changes_), 1, 1}};
        seen.changes.push_back(std::move(what));
        auto const touched = judge_monitor(db_.direct(), *rules_, std::move(seen), time_.now());
        for (auto const& one : touched)
            opened_.insert(one.id);
        if (waiting_since_ == net::steady_instant{}) waiting_since_ = time_.steady_now();
        now_->sender.wake();
    }

    /// Runs whatever is ready, the database's thread included, until nothing is.
    void settle() {
        auto const nothing = [](storage::store&) {};
        do {
            io_.restart();
            io_.poll();
            test::run_awaitable(aside_, db_.run(nothing)); // what it gives back waits in the other context
            io_.restart();
        } while (io_.poll() != 0);
    }

    void pass(milliseconds span) {
        auto const end = time_.steady_now() + span;
        settle();
        while (time_.next_deadline().value_or(end + 1ms) <= end) {
            time_.jump_to_next();
            settle();
            look();
        }
        time_.advance(end - time_.steady_now());
        settle();
        look();
    }

    [[nodiscard]] std::vector<message> waiting() {
        return db_.direct().messages({true, false, false, false, 100});
    }

    void look() {
        auto const now = time_.steady_now();
        if (waiting().empty()) {
            waiting_since_ = {};
        } else {
            auto const idle_since = std::max({waiting_since_, pager_->last_attempt, began_});
            if (now - idle_since > longest_message_wait + slack) FAIL_CHECK("a message waits for a clock");
        }
        // Jitter, and the pause after failures, which grows to an hour.
        auto const longest = milliseconds{1h} * 11 / 10 + slack;
        for (auto const number : {1, 2}) {
            auto const last = std::max(hub_->polled[target(number).repo], began_);
            if (now - last > longest) FAIL_CHECK("a poll waits for a clock");
        }
    }

    std::mt19937 random_;
    asio::io_context io_{1};
    asio::io_context aside_{1}; ///< waits for the database while the story stands still
    test::fake_clock time_{io_};
    net::steady_instant begun_ = time_.steady_now();
    net::steady_instant began_ = begun_; ///< the present process
    net::steady_instant waiting_since_{};
    store_thread db_;
    gatherer idle_{time_};
    std::shared_ptr<judge_rules const> rules_;
    std::shared_ptr<hub_map const> hubs_;
    small_hub* hub_ = nullptr;
    std::shared_ptr<far_end> pager_ = std::make_shared<far_end>(time_);
    std::unique_ptr<process> now_;
    std::set<std::string> opened_;
    int changes_ = 0;
};

judge_rules reminding() {
    judge_rules out;
    out.desk.notifiers.push_back({"pager", severity::info, {"*"}, {}});
    out.desk.remind_after = 24h * 7;
    return out;
}

alerting::judgement something_grave() {
    alerting::judgement out;
    out.watch_key = "hub/acme/model@main";
    out.repo = "acme/model";
    out.hub = "hub";
    change what;
    what.kind = alert_kind::weights_replaced;
    what.level = severity::high;
    what.files = {{"model.safetensors", "aa", "bb", 1, 1}};
    out.changes.push_back(std::move(what));
    return out;
}

std::size_t count(storage::store& db, message_type type) {
    auto const all = db.messages({true, true, true, true, 1000});
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](message const& one) {
        return one.type == type;
    }));
}

instant const noon = *from_rfc3339("2026-11-22T12:00:00Z");

} // namespace

TEST_CASE("whatever the wall clock says, nothing waits longer than its backoff or is sent twice", "[clock]") {
    for (unsigned seed = 1; seed <= 12; ++seed) {
        INFO("seed " << seed);
        story one{seed};
        for (int i = 0; i < 25; ++i)
            one.step();
        one.finish();
    }
}

TEST_CASE(
    "a reminder comes when its time has passed since the clock was mended, and says nothing before", "[clock]"
) {
    for (auto const ahead : {24h * 2, 24h * 1461}) {
        auto const db = storage::open_store({}, storage::open_mode::memory);
        auto const rules = reminding();
        (void)judge_monitor(*db, rules, something_grave(), noon + ahead);
        auto const events = db->events({}, 100).size();
        CHECK(let_time_pass(*db, rules, noon).empty());
        CHECK(let_time_pass(*db, rules, noon + 1min).empty());
        CHECK(db->events({}, 100).size() == events);
        CHECK(count(*db, message_type::reminder) == 0);
        (void)let_time_pass(*db, rules, noon + 24h * 7);
        CHECK(count(*db, message_type::reminder) == 1);
        CHECK(count(*db, message_type::opened) == 1);
    }
}

TEST_CASE(
    "what stayed away since a moment that is still to come is over an hour after the clock was mended",
    "[clock]"
) {
    auto const db = storage::open_store({}, storage::open_mode::memory);
    auto const rules = reminding();
    auto const gone = [] {
        auto out = something_grave();
        out.changes.clear();
        return out;
    };
    auto const ahead = noon + 48h;
    for (int i = 0; i < 3; ++i) {
        (void)judge_monitor(*db, rules, something_grave(), ahead + 10min * i);
        (void)judge_monitor(*db, rules, gone(), ahead + 10min * i + 1min);
    }
    REQUIRE(db->active_alerts({}).size() == 1); // the third time, its end is not believed at once
    CHECK(let_time_pass(*db, rules, noon).empty());
    CHECK(db->active_alerts({}).size() == 1);
    CHECK(let_time_pass(*db, rules, noon + 1h).size() == 1);
    CHECK(db->active_alerts({}).empty());
}

TEST_CASE("a clock that is years ahead for a while costs a week of history, not all of it", "[clock]") {
    auto const db = storage::open_store({}, storage::open_mode::memory);
    auto const retention = 24h * 400;
    auto const note = [&](instant when) {
        storage::observation_write write;
        write.now = when;
        storage::event_record event;
        event.at = when;
        event.what = "noted";
        write.events.push_back(event);
        db->record(write);
    };
    for (int day = 0; day < 390; day += 10)
        note(noon - 24h * day);
    prune_old(*db, retention, noon);
    CHECK(db->events({}, 1000).size() == 39);
    for (int round = 0; round < 3; ++round)
        prune_old(*db, retention, noon + 24h * 1461);
    CHECK(db->events({}, 1000).size() >= 36);
    prune_old(*db, retention, noon + 24h);
    CHECK(db->events({}, 1000).size() >= 36);
    for (int day = 1; day <= 100; ++day)
        prune_old(*db, retention, noon + 24h * day);
    CHECK(db->events({}, 1000).size() <= 31); // the border follows the true time
}
