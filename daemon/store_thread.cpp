#include "daemon/store_thread.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>

namespace modelwatch {

store_thread::store_thread(std::unique_ptr<storage::store> db)
    : db_(std::move(db)) {}

store_thread::~store_thread() {
    thread_.join();
}

asio::awaitable<void> store_thread::run_erased(std::function<void(storage::store&)> task) {
    auto initiate = [this](auto handler, std::function<void(storage::store&)> work) {
        auto const back = asio::get_associated_executor(handler);
        // Keeps the caller's loop alive while nothing but the database works.
        auto tracked = asio::prefer(back, asio::execution::outstanding_work.tracked);
        auto job = [this, work = std::move(work), handler = std::move(handler), tracked]() mutable {
            std::exception_ptr failure;
            try {
                work(*db_);
            } catch (...) {
                failure = std::current_exception();
            }
            auto resume = [handler = std::move(handler), failure]() mutable { std::move(handler)(failure); };
            asio::post(tracked, std::move(resume));
        };
        asio::post(thread_, std::move(job));
    };
    co_await asio::async_initiate<decltype(asio::use_awaitable), void(std::exception_ptr)>(
        std::move(initiate), asio::use_awaitable, std::move(task)
    );
}

} // namespace modelwatch
