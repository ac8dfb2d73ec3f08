#include "daemon/heartbeat.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_transport.hpp"
#include "tests/support/run_awaitable.hpp"

using namespace modelwatch;
using namespace std::chrono_literals;

namespace {

constexpr char const* address = "https://beat.example/secret-path";

pulse healthy() {
    return {.watches = 10, .good = 10, .failing = 0, .stalled = false, .polled = true};
}

/// A heartbeat under a virtual clock whose far end writes down what it hears.
struct patient {
    asio::io_context io{1};
    test::fake_clock time{io};
    test::fake_transport transport{time};
    pulse state = healthy();
    heartbeat heart{io.get_executor(), transport, time, [this] { return feel(); }};

    patient() {
        transport.otherwise([](net::http_request const&) { return test::fake_transport::response(200, "OK"); }
        );
    }

    asio::awaitable<pulse> feel() { co_return state; }

    void run(net::steady_instant end) {
        net::task_group tasks{io.get_executor(), [](std::exception_ptr e) { std::rethrow_exception(e); }};
        tasks.spawn(heart.run());
        test::run_awaitable(io, time, stop_at(tasks, end));
    }

    asio::awaitable<void> stop_at(net::task_group& tasks, net::steady_instant end) {
        co_await time.sleep_until(end);
        heart.stop();
        auto const never = time.steady_now() + 1h;
        co_await tasks.drained(time, never);
    }

    [[nodiscard]] std::size_t heard(std::string const& path) const { return transport.count("GET", path); }
};

} // namespace

TEST_CASE("a beat tells of the true state of the polls", "[heartbeat]") {
    CHECK(beat_of(healthy(), true) == beat::success);
    auto down = healthy();
    down.good = 0;
    down.failing = 10;
    CHECK(beat_of(down, true) == beat::failure);
    down.failing = 6;
    CHECK(beat_of(down, true) == beat::failure);
    down.failing = 5;
    CHECK(beat_of(down, true) == beat::none); // not known to be well, not known to fail
    auto half = healthy();
    half.good = 5;
    half.failing = 5;
    CHECK(beat_of(half, true) == beat::success);
    half.good = 4;
    CHECK(beat_of(half, true) == beat::none);
    auto stalled = healthy();
    stalled.stalled = true;
    CHECK(beat_of(stalled, true) == beat::failure);
    auto full = healthy();
    full.unwritable = true; // all polls answer, and nothing of it can be kept
    CHECK(beat_of(full, true) == beat::failure);
    CHECK(beat_of(full, false) == beat::failure);
    CHECK(beat_of(pulse{}, true) == beat::none); // nothing is watched
}

TEST_CASE("what is only remembered from before the start counts after one interval", "[heartbeat]") {
    auto remembered = healthy();
    remembered.polled = false;
    CHECK(beat_of(remembered, false) == beat::none);
    CHECK(beat_of(remembered, true) == beat::success);
    CHECK(beat_of(healthy(), false) == beat::success);
}

TEST_CASE("a signal stands behind the path and before the query", "[heartbeat]") {
    CHECK(signal_url("https://h/u", "") == "https://h/u");
    CHECK(signal_url("https://h/u", "/fail") == "https://h/u/fail");
    CHECK(signal_url("https://h/u/", "/start") == "https://h/u/start");
    CHECK(signal_url("https://h/k/slug?create=1", "/fail") == "https://h/k/slug/fail?create=1");
}

TEST_CASE("it starts once and then calls at every interval", "[heartbeat]") {
    patient p;
    p.heart.configure(address, 5min);
    p.run(p.time.steady_now() + 31min);
    CHECK(p.heard("/secret-path/start") == 1);
    CHECK(p.heard("/secret-path") == 7); // at once, and six intervals
    CHECK(p.heard("/secret-path/fail") == 0);
    for (auto const& request : p.transport.requests()) {
        CHECK(request.hide_path);
        CHECK(request.body.empty());
    }
}

TEST_CASE("it reports failure while most watches fail, and success when they answer again", "[heartbeat]") {
    patient p;
    p.heart.configure(address, 5min);
    p.state.good = 0;
    p.state.failing = 10;
    p.run(p.time.steady_now() + 11min);
    CHECK(p.heard("/secret-path") == 0);
    CHECK(p.heard("/secret-path/fail") == 3);
}

TEST_CASE("it keeps silent while nothing certain is known, and speaks soon after", "[heartbeat]") {
    patient p;
    p.heart.configure(address, 5min);
    p.state.good = 0;
    auto turn = [&]() -> asio::awaitable<void> {
        co_await p.time.sleep_until(p.time.steady_now() + 2min);
        p.state = healthy();
    };
    net::task_group tasks{p.io.get_executor(), {}};
    tasks.spawn(turn());
    p.run(p.time.steady_now() + 3min);
    CHECK(p.heard("/secret-path") == 1);
}

TEST_CASE("a far end that does not answer is tried again soon, not at every turn", "[heartbeat]") {
    patient p;
    p.transport.otherwise([](net::http_request const&) { return test::fake_transport::response(503); });
    p.heart.configure(address, 5min);
    p.run(p.time.steady_now() + 1min);
    auto const tries = p.heard("/secret-path");
    CHECK(tries >= 10);
    CHECK(tries <= 14);
}

TEST_CASE("a far end that hangs holds up neither itself nor the end", "[heartbeat]") {
    patient p;
    p.transport.hang("GET", "/secret-path/start");
    p.heart.configure(address, 5min);
    p.run(p.time.steady_now() + 1min);
    CHECK(p.heard("/secret-path") == 1);
}

TEST_CASE("a reload that changes nothing of it makes no call", "[heartbeat]") {
    patient p;
    p.heart.configure(address, 5min);
    auto turn = [&]() -> asio::awaitable<void> {
        co_await p.time.sleep_until(p.time.steady_now() + 1min);
        p.heart.configure(address, 5min);
    };
    net::task_group tasks{p.io.get_executor(), {}};
    tasks.spawn(turn());
    p.run(p.time.steady_now() + 4min);
    CHECK(p.heard("/secret-path") == 1);
    CHECK(p.heard("/secret-path/start") == 1);
}

TEST_CASE("without an address nobody is called, and a reload brings one", "[heartbeat]") {
    patient p;
    auto turn = [&]() -> asio::awaitable<void> {
        co_await p.time.sleep_until(p.time.steady_now() + 2h);
        CHECK(p.transport.requests().empty());
        p.heart.configure(address, 5min);
    };
    net::task_group tasks{p.io.get_executor(), [](std::exception_ptr e) { std::rethrow_exception(e); }};
    tasks.spawn(turn());
    p.run(p.time.steady_now() + 2h + 1min);
    CHECK(p.heard("/secret-path/start") == 1);
    CHECK(p.heard("/secret-path") == 1);
}
