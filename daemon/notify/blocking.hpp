#pragma once

#include "daemon/net/asio.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <utility>

namespace modelwatch::notify {

/// Raised when the coroutine that waits for a piece of blocking work is cancelled. The work must look at it.
using abort_flag = std::atomic<bool>;

/// Runs `work` on `pool` and resumes the caller on its own executor. Cancellation raises the flag and still
/// waits for the work to end: whoever is resumed knows that nothing runs on behind its back.
template <class T>
asio::awaitable<T> run_blocking(asio::any_io_executor pool, std::function<T(abort_flag const&)> work) {
    auto start = [pool, work = std::move(work)](auto handler) {
        auto aborted = std::make_shared<abort_flag>(false);
        auto slot = asio::get_associated_cancellation_slot(handler);
        if (slot.is_connected()) slot.assign([aborted](asio::cancellation_type) { aborted->store(true); });
        auto guard = asio::make_work_guard(asio::get_associated_executor(handler, pool));
        asio::post(pool, [aborted, work, guard = std::move(guard), handler = std::move(handler)]() mutable {
            std::exception_ptr failure;
            T outcome{};
            try {
                outcome = work(*aborted);
            } catch (...) {
                failure = std::current_exception();
            }
            auto const caller = guard.get_executor();
            asio::post(
                caller,
                [failure, outcome = std::move(outcome), handler = std::move(handler)]() mutable {
                    std::move(handler)(failure, std::move(outcome));
                }
            );
        });
    };
    auto outcome = co_await asio::async_initiate<asio::use_awaitable_t<> const, void(std::exception_ptr, T)>(
        start, asio::use_awaitable
    );
    co_return outcome;
}

} // namespace modelwatch::notify
