#pragma once

#include "daemon/net/asio.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <memory>

namespace modelwatch::net {

/// Something that can be told to stop waiting: a socket, a place in a queue.
class interruptible {
public:
    interruptible() = default;
    interruptible(interruptible const&) = delete;
    interruptible& operator=(interruptible const&) = delete;
    /// Must make the wait under way end, and any later one fail at once.
    virtual void interrupt() noexcept = 0;

protected:
    ~interruptible() = default;
};

/// One timer for a whole exchange: when the time has come, whatever is being waited for at that moment is
/// interrupted. Cheaper than a timer per operation, and no phase can be forgotten.
class time_limit {
public:
    using time_point = std::chrono::steady_clock::time_point;

    time_limit(asio::any_io_executor const& executor, time_point at);
    time_limit(time_limit const&) = delete;
    time_limit& operator=(time_limit const&) = delete;
    ~time_limit();

    [[nodiscard]] time_point at() const noexcept { return at_; }

    [[nodiscard]] bool passed() const noexcept;

    /// While it lives, the end of the time interrupts `thing`; a time already over does so at once. Guards
    /// nest.
    class guard {
    public:
        guard(time_limit& limit, interruptible& thing);
        guard(guard const&) = delete;
        guard& operator=(guard const&) = delete;
        ~guard();

    private:
        time_limit& limit_;
        interruptible* previous_;
    };

private:
    struct state;

    time_point at_;
    std::shared_ptr<state> state_;
};

} // namespace modelwatch::net
