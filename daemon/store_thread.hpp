#pragma once

#include "daemon/net/asio.hpp"
#include "storage/store.hpp"

#include <boost/asio/thread_pool.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <type_traits>

namespace modelwatch {

/// The database's own thread. Work is handed over whole and runs to its end there, whatever happens to the
/// coroutine that waits for it: between BEGIN and COMMIT nothing can be cancelled.
class store_thread {
public:
    explicit store_thread(std::unique_ptr<storage::store> db);
    ~store_thread();

    /// Runs `work` on the database's thread and resumes the caller on its own. Exceptions travel back.
    template <class Work>
    auto run(Work work) -> asio::awaitable<std::invoke_result_t<Work&, storage::store&>> {
        using outcome = std::invoke_result_t<Work&, storage::store&>;
        if constexpr (std::is_void_v<outcome>) {
            std::function<void(storage::store&)> task = std::ref(work);
            co_await run_erased(std::move(task));
        } else {
            std::optional<outcome> out;
            std::function<void(storage::store&)> task = [&](storage::store& db) { out.emplace(work(db)); };
            co_await run_erased(std::move(task));
            co_return std::move(*out);
        }
    }

    /// For before the loop starts and after it has ended.
    [[nodiscard]] storage::store& direct() noexcept { return *db_; }

private:
    asio::awaitable<void> run_erased(std::function<void(storage::store&)> task);

    std::unique_ptr<storage::store> db_;
    asio::thread_pool thread_{1};
};

} // namespace modelwatch
