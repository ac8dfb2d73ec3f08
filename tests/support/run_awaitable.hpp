#pragma once

#include "tests/support/fake_clock.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

namespace modelwatch::test {

/// Real time after which a test's coroutine counts as stuck.
inline constexpr std::chrono::seconds patience{20};

/// What became of a coroutine that run_awaitable started.
struct run_state {
    bool finished = false;
    std::exception_ptr failure;
};

template <class T>
asio::awaitable<void> keep_value(asio::awaitable<T> task, std::optional<T>& value) {
    T outcome = co_await std::move(task);
    value.emplace(std::move(outcome));
}

/// Starts `task`; the caller turns the context until `state.finished`. `state` must outlive the run.
inline void start_awaitable(asio::io_context& io, asio::awaitable<void> task, run_state& state) {
    asio::co_spawn(io, std::move(task), [&state](std::exception_ptr failure) {
        state.failure = std::move(failure);
        state.finished = true;
    });
}

inline void expect_finished(run_state const& state) {
    if (!state.finished) {
        throw std::logic_error("the coroutine under test did not finish");
    }
    if (state.failure) {
        std::rethrow_exception(state.failure);
    }
}

/// Turns `io` on this thread, in real time, until `task` is done. Throws what the task throws, and
/// std::logic_error when it does not finish. Other work of the context stays where it is.
inline void run_awaitable(asio::io_context& io, asio::awaitable<void> task) {
    run_state state;
    start_awaitable(io, std::move(task), state);
    auto const end = std::chrono::steady_clock::now() + patience;
    io.restart();
    while (!state.finished && io.run_one_until(end) != 0) {
    }
    expect_finished(state);
}

/// The same in virtual time: whenever nothing is ready, `time` jumps to its next deadline.
inline void run_awaitable(asio::io_context& io, fake_clock& time, asio::awaitable<void> task) {
    run_state state;
    start_awaitable(io, std::move(task), state);
    auto const end = std::chrono::steady_clock::now() + patience;
    while (!state.finished && std::chrono::steady_clock::now() < end) {
        io.restart();
        if (io.poll() != 0 || time.jump_to_next()) {
            continue;
        }
        if (io.run_one_until(end) == 0) {
            break;
        } // another thread, or a real socket, has to move first
    }
    expect_finished(state);
}

template <class T>
T run_awaitable(asio::io_context& io, asio::awaitable<T> task) {
    std::optional<T> value;
    run_awaitable(io, keep_value(std::move(task), value));
    return std::move(value).value();
}

template <class T>
T run_awaitable(asio::io_context& io, fake_clock& time, asio::awaitable<T> task) {
    std::optional<T> value;
    run_awaitable(io, time, keep_value(std::move(task), value));
    return std::move(value).value();
}

} // namespace modelwatch::test
