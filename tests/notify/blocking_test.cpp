#include "daemon/notify/blocking.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/run_awaitable.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <stdexcept>
#include <thread>

using namespace modelwatch;
using namespace modelwatch::notify;

namespace {

using text_work = std::function<std::string(abort_flag const&)>;

asio::awaitable<bool> comes_back_to(asio::any_io_executor pool, std::thread::id here) {
    text_work work = [here](abort_flag const&) {
        return std::string{std::this_thread::get_id() == here ? "same" : "other"};
    };
    auto const where = co_await run_blocking<std::string>(pool, std::move(work));
    co_return where == "other" && std::this_thread::get_id() == here;
}

} // namespace

TEST_CASE("blocking work runs elsewhere and its caller goes on where it was", "[notify]") {
    asio::io_context io;
    asio::thread_pool pool{1};
    CHECK(test::run_awaitable(io, comes_back_to(pool.get_executor(), std::this_thread::get_id())));
}

TEST_CASE("what blocking work throws reaches its caller", "[notify]") {
    asio::io_context io;
    asio::thread_pool pool{1};
    text_work work = [](abort_flag const&) -> std::string { throw std::runtime_error("broken"); };
    CHECK_THROWS_WITH(
        test::run_awaitable(io, run_blocking<std::string>(pool.get_executor(), work)), "broken"
    );
}

TEST_CASE("cancellation raises the flag and waits for the work to end", "[notify]") {
    asio::io_context io;
    asio::thread_pool pool{1};
    asio::cancellation_signal stop;
    std::atomic<bool> started{false};
    std::string seen;
    text_work work = [&started](abort_flag const& aborted) {
        started = true;
        while (!aborted.load())
            std::this_thread::yield();
        return std::string{"saw it"};
    };
    asio::co_spawn(
        io,
        run_blocking<std::string>(pool.get_executor(), work),
        asio::bind_cancellation_slot(
            stop.slot(), [&seen](std::exception_ptr, std::string text) { seen = text; }
        )
    );
    while (!started.load())
        io.poll();
    stop.emit(asio::cancellation_type::terminal);
    io.run_for(std::chrono::seconds{5});
    CHECK(seen == "saw it");
}
