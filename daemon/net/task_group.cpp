#include "daemon/net/task_group.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace modelwatch::net {

wakeable_sleep::wakeable_sleep(asio::any_io_executor executor)
    : executor_(std::move(executor)) {}

asio::awaitable<void> wakeable_sleep::until(clock& time, steady_instant when) {
    if (!woken_ && time.steady_now() < when) {
        sleeping_ = true;
        auto sleep = time.sleep_until(when);
        auto token = asio::bind_cancellation_slot(signal_.slot(), asio::as_tuple(asio::use_awaitable));
        // Being woken arrives as a cancelled sleep; both mean: look again.
        co_await asio::co_spawn(executor_, std::move(sleep), token);
        sleeping_ = false;
    }
    woken_ = false;
}

void wakeable_sleep::wake() {
    if (woken_) return;
    woken_ = true;
    if (sleeping_) signal_.emit(asio::cancellation_type::terminal);
}

struct task_group::shared {
    asio::any_io_executor executor;
    failure_handler on_failure;
    std::list<asio::cancellation_signal> signals;
    wakeable_sleep idle;

    shared(asio::any_io_executor where, failure_handler handler)
        : executor(where)
        , on_failure(std::move(handler))
        , idle(where) {}
};

task_group::task_group(asio::any_io_executor executor, failure_handler on_failure)
    : shared_(std::make_shared<shared>(std::move(executor), std::move(on_failure))) {}

task_group::~task_group() = default;

void task_group::spawn(asio::awaitable<void> work) {
    auto const signal = shared_->signals.emplace(shared_->signals.end());
    auto finished = [group = shared_, signal](std::exception_ptr failure) {
        group->signals.erase(signal);
        if (failure && group->on_failure) group->on_failure(failure);
        if (group->signals.empty()) group->idle.wake();
    };
    auto handler = asio::bind_cancellation_slot(signal->slot(), std::move(finished));
    asio::co_spawn(shared_->executor, std::move(work), std::move(handler));
}

std::size_t task_group::running() const noexcept {
    return shared_->signals.size();
}

void task_group::cancel() {
    // A handler may run inside emit() and erase its own signal: step on before emitting.
    for (auto next = shared_->signals.begin(); next != shared_->signals.end();) {
        auto const current = next++;
        current->emit(asio::cancellation_type::terminal);
    }
}

asio::awaitable<bool> task_group::drained(clock& time, steady_instant deadline) {
    while (!shared_->signals.empty() && time.steady_now() < deadline) {
        co_await shared_->idle.until(time, deadline);
    }
    co_return shared_->signals.empty();
}

} // namespace modelwatch::net
