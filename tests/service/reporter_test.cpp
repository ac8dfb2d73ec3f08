#include "daemon/reporter.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_awaitable.hpp"

#include <set>

using namespace modelwatch;
using namespace std::chrono_literals;

namespace {

instant at(std::string const& text) {
    return from_rfc3339(text).value();
}

config::digest_settings mondays(std::string zone = "Europe/Berlin") {
    return {"Mon 09:00", std::move(zone), {"mail", "chat"}};
}

json::object short_digest(storage::store&, instant, instant) {
    return {{"subject", "digest"}, {"text", "all is well"}};
}

std::unique_ptr<storage::store> fresh_store() {
    return storage::open_store({}, storage::open_mode::memory);
}

/// Slots for which a message of a notifier exists, with how many.
std::multiset<std::string> told(storage::store& db, std::string const& notifier) {
    std::multiset<std::string> out;
    storage::message_filter everything{true, true, true, true, 100'000};
    for (auto const& one : db.messages(everything)) {
        if (one.notifier == notifier) out.insert(std::string{text_of(one.payload, "slot")});
    }
    return out;
}

using slots = std::multiset<std::string>;

} // namespace

TEST_CASE("a digest begins with the first slot after its schedule is given", "[digest]") {
    auto const db = fresh_store();
    CHECK_FALSE(queue_due_digest(*db, mondays(), short_digest, at("2026-11-20T12:00:00Z")));
    CHECK_FALSE(queue_due_digest(*db, mondays(), short_digest, at("2026-11-23T07:59:59Z")));
    CHECK(queue_due_digest(*db, mondays(), short_digest, at("2026-11-23T08:00:00Z")));
    CHECK_FALSE(queue_due_digest(*db, mondays(), short_digest, at("2026-11-23T08:00:01Z")));
    CHECK(told(*db, "mail") == slots{"2026-11-23T08:00:00Z"});
    CHECK(told(*db, "chat") == told(*db, "mail"));
}

TEST_CASE("after an outage of a fortnight one digest is sent, then the next at its slot", "[digest]") {
    auto const db = fresh_store();
    queue_due_digest(*db, mondays(), short_digest, at("2026-11-01T12:00:00Z"));
    queue_due_digest(*db, mondays(), short_digest, at("2026-11-02T08:00:00Z"));
    for (auto const& now : {"2026-11-17T11:00:00Z", "2026-11-17T11:01:00Z", "2026-11-22T11:00:00Z"})
        queue_due_digest(*db, mondays(), short_digest, at(now));
    CHECK(told(*db, "mail") == slots{"2026-11-02T08:00:00Z", "2026-11-16T08:00:00Z"});
    queue_due_digest(*db, mondays(), short_digest, at("2026-11-23T08:00:00Z"));
    CHECK(told(*db, "mail").size() == 3);
}

TEST_CASE("a schedule that is new, or switched on again, sends nothing for slots of before", "[digest]") {
    auto const db = fresh_store();
    auto const daily = config::digest_settings{"daily 09:00", "UTC", {"mail"}};
    queue_due_digest(*db, mondays(), short_digest, at("2026-11-01T12:00:00Z"));
    CHECK_FALSE(queue_due_digest(*db, daily, short_digest, at("2026-11-22T10:00:00Z")));
    CHECK(queue_due_digest(*db, daily, short_digest, at("2026-11-23T09:00:00Z")));
}

TEST_CASE("a clock that is stepped back sends no digest again, one that was ahead blocks none", "[digest]") {
    auto const db = fresh_store();
    queue_due_digest(*db, mondays(), short_digest, at("2026-11-20T12:00:00Z"));
    CHECK(queue_due_digest(*db, mondays(), short_digest, at("2026-11-23T08:00:05Z")));
    CHECK_FALSE(queue_due_digest(*db, mondays(), short_digest, at("2026-11-23T07:50:00Z")));
    CHECK_FALSE(queue_due_digest(*db, mondays(), short_digest, at("2026-11-23T08:00:00Z")));
    CHECK(queue_due_digest(*db, mondays(), short_digest, at("2040-01-02T09:00:00Z")));
    CHECK(queue_due_digest(*db, mondays(), short_digest, at("2026-11-30T08:00:00Z")));
    CHECK(told(*db, "mail").count("2026-11-23T08:00:00Z") == 1);
}

TEST_CASE("a digest that cannot be made takes no slot and is tried again", "[digest]") {
    auto const db = fresh_store();
    queue_due_digest(*db, mondays(), short_digest, at("2026-11-20T12:00:00Z"));
    digest_source const broken = [](storage::store&, instant, instant) -> json::object {
        throw storage::storage_error("the disk is full");
    };
    CHECK_THROWS_AS(
        queue_due_digest(*db, mondays(), broken, at("2026-11-23T08:00:00Z")), storage::storage_error
    );
    CHECK(told(*db, "mail").empty());
    CHECK(queue_due_digest(*db, mondays(), short_digest, at("2026-11-23T08:01:00Z")));
}

TEST_CASE("who has no schedule or names nobody gets no digest", "[digest]") {
    auto const db = fresh_store();
    CHECK_FALSE(queue_due_digest(*db, {}, short_digest, at("2026-11-23T08:00:00Z")));
    CHECK_FALSE(queue_due_digest(*db, {"Mon 09:00", "UTC", {}}, short_digest, at("2026-11-23T08:00:00Z")));
}

TEST_CASE("the loop sends one digest per Monday while the clocks change", "[digest]") {
    asio::io_context io{1};
    test::fake_clock time{io, at("2026-10-01T00:00:00Z")};
    store_thread db{fresh_store()};
    std::size_t queued = 0;
    reporter loop{io.get_executor(), db, time, short_digest, [&] { ++queued; }};
    loop.configure(mondays());
    net::task_group tasks{io.get_executor(), [](std::exception_ptr e) { std::rethrow_exception(e); }};
    tasks.spawn(loop.run());
    auto const nothing = [](storage::store&) {};
    for (int step = 0; step < 40 * 48; ++step) {
        time.advance(30min);
        test::run_awaitable(io, db.run(nothing)); // the database's thread has done what came before
        io.poll();
    }
    loop.stop();
    auto const end = time.steady_now() + 1h;
    CHECK(test::run_awaitable(io, tasks.drained(time, end)));
    CHECK(queued == 6);
    slots const expected{
        "2026-10-05T07:00:00Z",
        "2026-10-12T07:00:00Z",
        "2026-10-19T07:00:00Z",
        "2026-10-26T08:00:00Z",
        "2026-11-02T08:00:00Z",
        "2026-11-09T08:00:00Z"
    };
    CHECK(told(db.direct(), "mail") == expected);
}
