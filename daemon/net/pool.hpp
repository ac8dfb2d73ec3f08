#pragma once

#include "daemon/net/connection.hpp"
#include "daemon/net/http.hpp"
#include "daemon/net/time_limit.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace modelwatch::net {

/// Connections with the same key are interchangeable.
struct pool_key {
    std::string host;
    std::uint16_t port = 0;
    bool tls = true;
    route via;
    auto operator<=>(pool_key const&) const = default;
};

/// Bounds how many connections one server gets from us, keeps those at rest, and lets exchanges wait their
/// turn. Nothing is pending on a connection at rest: an idle pool keeps no io_context alive.
class connection_pool : public std::enable_shared_from_this<connection_pool> {
    struct host;

public:
    class lease;

    connection_pool(asio::any_io_executor executor, transport_limits limits);

    /// A place for one connection, first come first served; nullopt when the time passes first. Throws
    /// operation_aborted when the waiting coroutine is cancelled.
    asio::awaitable<std::optional<lease>> acquire(pool_key key, time_limit& limit);

    /// Closes what rests.
    void close_idle() noexcept;

    /// Closes what rests and keeps nothing from now on.
    void retire() noexcept;

    [[nodiscard]] std::size_t in_use() const noexcept;
    [[nodiscard]] std::size_t idle() const noexcept;
    [[nodiscard]] std::size_t waiting() const noexcept;

private:
    using clock = std::chrono::steady_clock;
    using host_map = std::map<pool_key, host>;
    class waiter;

    struct resting {
        std::unique_ptr<connection> link;
        clock::time_point since;
    };

    struct host {
        std::size_t in_use = 0;
        std::deque<resting> idle; ///< youngest at the back
        std::list<waiter*> waiting;
    };

    void give_back(host_map::iterator where) noexcept;
    void rest(host& where, std::unique_ptr<connection> link);
    std::unique_ptr<connection> take_idle(host& where);
    void sweep();

    asio::any_io_executor executor_;
    transport_limits limits_;
    host_map hosts_;
    clock::time_point swept_;
    bool retired_ = false;
};

/// The right to one connection. Its end gives the place to whoever waits longest.
class connection_pool::lease {
public:
    lease(
        std::shared_ptr<connection_pool> pool, host_map::iterator where, std::unique_ptr<connection> reused
    );
    lease(lease&& other) noexcept;
    lease(lease const&) = delete;
    lease& operator=(lease&&) = delete;
    lease& operator=(lease const&) = delete;
    ~lease();

    /// A connection that had rested, or null: the caller makes one and keeps it here.
    std::unique_ptr<connection> link;

    /// The connection may serve again.
    void keep();

private:
    std::shared_ptr<connection_pool> pool_;
    host_map::iterator where_;
};

} // namespace modelwatch::net
