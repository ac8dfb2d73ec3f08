#pragma once

#include "daemon/net/asio.hpp"
#include "daemon/net/clock.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <exception>
#include <functional>
#include <list>
#include <memory>

namespace modelwatch::net {

/// A sleep that somebody else can end early. One coroutine sleeps, anybody on the same thread wakes; a wake
/// while nobody sleeps makes the next sleep return at once, so that none is lost.
class wakeable_sleep {
public:
    explicit wakeable_sleep(asio::any_io_executor executor);
    asio::awaitable<void> until(clock& time, steady_instant when);
    void wake();

private:
    asio::any_io_executor executor_;
    asio::cancellation_signal signal_;
    bool sleeping_ = false;
    bool woken_ = false;
};

/// Coroutines that run beside their parent and that somebody waits for. An exception of one is kept and given
/// to the handler on the parent's thread; the others go on.
class task_group {
public:
    using failure_handler = std::function<void(std::exception_ptr)>;

    task_group(asio::any_io_executor executor, failure_handler on_failure);
    ~task_group();
    task_group(task_group const&) = delete;
    task_group& operator=(task_group const&) = delete;

    void spawn(asio::awaitable<void> work);
    [[nodiscard]] std::size_t running() const noexcept;
    /// Terminal cancellation of everything that runs.
    void cancel();
    /// Returns when nothing runs, or at `deadline`; true: nothing runs.
    asio::awaitable<bool> drained(clock& time, steady_instant deadline);

private:
    struct shared;
    std::shared_ptr<shared> shared_;
};

} // namespace modelwatch::net
