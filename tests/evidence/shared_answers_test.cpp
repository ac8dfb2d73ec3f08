#include "daemon/shared_answers.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/run_awaitable.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

using namespace modelwatch;
using namespace modelwatch::test;
using namespace std::chrono_literals;

namespace {

struct fixture {
    asio::io_context io;
    fake_clock time{io};
    shared_answers<int> answers{time, keeping{1h, 1min, 3}};
    int asked = 0;

    /// A question that takes a second.
    asio::awaitable<result<int>> ask(int value, bool fails = false) {
        ++asked;
        co_await time.sleep_until(time.steady_now() + 1s);
        auto const state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none) co_return failure(errc::cancelled, "stopped");
        if (fails) co_return failure(errc::server_fault, "503");
        co_return value;
    }

    result<int> get(std::string key, int value, bool fails = false) {
        auto call = answers.get(std::move(key), ask(value, fails));
        auto const told = run_awaitable(io, time, std::move(call));
        if (!told) return told.error();
        return **told;
    }
};

asio::awaitable<void> many(fixture& with, int count, std::vector<int>& got) {
    net::task_group all{with.io.get_executor(), [](std::exception_ptr broken) {
                            if (broken) std::rethrow_exception(broken);
                        }};
    auto const one = [](fixture& f, std::vector<int>& out, int value) -> asio::awaitable<void> {
        auto told = co_await f.answers.get("key", f.ask(value));
        out.push_back(told ? **told : -1);
    };
    for (int i = 0; i < count; ++i)
        all.spawn(one(with, got, i));
    auto const never = with.time.steady_now() + net::very_long;
    co_await all.drained(with.time, never);
}

} // namespace

TEST_CASE("an answer is shared for an hour", "[shared]") {
    fixture f;
    CHECK(f.get("key", 1).value() == 1);
    CHECK(f.get("key", 2).value() == 1);
    f.time.advance(59min);
    CHECK(f.get("key", 3).value() == 1);
    f.time.advance(1min);
    CHECK(f.get("key", 4).value() == 4);
    CHECK(f.asked == 2);
}

TEST_CASE(
    "a failure is remembered for a minute, so that a broken hub is not asked by everybody", "[shared]"
) {
    fixture f;
    CHECK(f.get("key", 1, true).error().code == errc::server_fault);
    CHECK(f.get("key", 2).error().code == errc::server_fault);
    f.time.advance(1min);
    CHECK(f.get("key", 3).value() == 3);
    CHECK(f.asked == 2);
}

TEST_CASE("a hundred who want the same at once ask once", "[shared]") {
    fixture f;
    std::vector<int> got;
    run_awaitable(f.io, f.time, many(f, 100, got));
    CHECK(f.asked == 1);
    CHECK(got == std::vector<int>(100, 0));
}

TEST_CASE("who waits takes over from an asker that is stopped", "[shared]") {
    fixture f;
    asio::cancellation_signal stop;
    std::optional<errc> first;
    std::optional<int> second;
    auto const ask = [](fixture& with, int value, auto done) -> asio::awaitable<void> {
        auto told = co_await with.answers.get("key", with.ask(value));
        done(told);
    };
    asio::co_spawn(
        f.io,
        ask(f, 1, [&](auto const& told) { first = told ? errc::invalid : told.error().code; }),
        asio::bind_cancellation_slot(stop.slot(), [](std::exception_ptr) {})
    );
    asio::co_spawn(
        f.io,
        ask(f, 2, [&](auto const& told) { second = told ? **told : -1; }),
        [](std::exception_ptr broken) {
            if (broken) std::rethrow_exception(broken);
        }
    );
    f.io.poll();
    CHECK(f.asked == 1);
    stop.emit(asio::cancellation_type::terminal);
    f.time.advance(3s);
    CHECK(second == 2);
    CHECK(f.asked == 2);
    CHECK(first.value_or(errc::cancelled) == errc::cancelled);
}

TEST_CASE("keys are bounded: the oldest answer goes first", "[shared]") {
    fixture f;
    for (int i = 0; i < 10; ++i) {
        CHECK(f.get("key" + std::to_string(i), i).value() == i);
        CHECK(f.answers.size() <= 3);
    }
    CHECK(f.get("key9", 99).value() == 9);
    CHECK(f.get("key1", 99).value() == 99);
}
