#include "daemon/net/pool.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <utility>

namespace modelwatch::net {

/// A place in the queue of one host. When it dies with a place granted but not taken (its coroutine was
/// cancelled in that very moment), the place goes on to the next.
class connection_pool::waiter final : public interruptible {
public:
    waiter(connection_pool& pool, host_map::iterator where)
        : pool_{pool}
        , where_{where}
        , timer_{pool.executor_, clock::time_point::max()} {
        where_->second.waiting.push_back(this);
    }

    ~waiter() {
        if (granted_ && !taken_) {
            pool_.give_back(where_);
        } else if (!granted_) {
            where_->second.waiting.remove(this);
        }
    }

    void grant() noexcept {
        granted_ = true;
        timer_.cancel();
    }

    void interrupt() noexcept override { timer_.cancel(); }

    [[nodiscard]] bool take() noexcept {
        taken_ = granted_;
        return taken_;
    }

    [[nodiscard]] asio::steady_timer& timer() noexcept { return timer_; }

private:
    connection_pool& pool_;
    host_map::iterator where_;
    asio::steady_timer timer_;
    bool granted_ = false;
    bool taken_ = false;
};

connection_pool::connection_pool(asio::any_io_executor executor, transport_limits limits)
    : executor_{std::move(executor)}
    , limits_{limits}
    , swept_{clock::now()} {}

asio::awaitable<std::optional<connection_pool::lease>>
connection_pool::acquire(pool_key key, time_limit& limit) {
    auto const self = shared_from_this(); // the wait may outlive the transport
    sweep();
    auto const where = hosts_.try_emplace(std::move(key)).first;
    auto& host = where->second;
    if (host.in_use >= limits_.max_connections_per_host || !host.waiting.empty()) {
        waiter place{*this, where};
        time_limit::guard const guard{limit, place};
        if (!limit.passed()) {
            co_await place.timer().async_wait(asio::as_tuple(asio::use_awaitable));
        }
        bool const mine = place.take();
        if (!mine && limit.passed()) {
            co_return std::nullopt;
        }
        if (!mine) {
            throw boost::system::system_error(asio::error::operation_aborted);
        }
    } else {
        ++host.in_use;
    }
    co_return lease{self, where, take_idle(host)};
}

std::unique_ptr<connection> connection_pool::take_idle(host& where) {
    auto const oldest = clock::now() - limits_.idle_timeout;
    while (!where.idle.empty()) {
        auto candidate = std::move(where.idle.back());
        where.idle.pop_back();
        if (candidate.since > oldest && candidate.link->is_quiet()) {
            return std::move(candidate.link);
        }
    }
    return nullptr;
}

void connection_pool::give_back(host_map::iterator where) noexcept {
    auto& host = where->second;
    if (host.waiting.empty()) {
        --host.in_use;
        return;
    }
    auto* const next = host.waiting.front();
    host.waiting.pop_front();
    next->grant();
}

void connection_pool::rest(host& where, std::unique_ptr<connection> link) {
    if (retired_ || where.idle.size() >= limits_.max_idle_per_host) {
        return;
    }
    where.idle.push_back(resting{std::move(link), clock::now()});
}

/// At most once a second: closes what has rested too long and forgets servers that nobody talks to.
void connection_pool::sweep() {
    auto const now = clock::now();
    if (now - swept_ < std::chrono::seconds{1}) {
        return;
    }
    swept_ = now;
    for (auto& [key, host] : hosts_) {
        while (!host.idle.empty() && host.idle.front().since <= now - limits_.idle_timeout) {
            host.idle.pop_front();
        }
    }
    std::erase_if(hosts_, [](auto const& entry) {
        return entry.second.in_use == 0 && entry.second.idle.empty() && entry.second.waiting.empty();
    });
}

void connection_pool::close_idle() noexcept {
    for (auto& [key, host] : hosts_) {
        host.idle.clear();
    }
}

void connection_pool::retire() noexcept {
    retired_ = true;
    close_idle();
}

std::size_t connection_pool::in_use() const noexcept {
    std::size_t sum = 0;
    for (auto const& [key, host] : hosts_) {
        sum += host.in_use;
    }
    return sum;
}

std::size_t connection_pool::idle() const noexcept {
    std::size_t sum = 0;
    for (auto const& [key, host] : hosts_) {
        sum += host.idle.size();
    }
    return sum;
}

std::size_t connection_pool::waiting() const noexcept {
    std::size_t sum = 0;
    for (auto const& [key, host] : hosts_) {
        sum += host.waiting.size();
    }
    return sum;
}

connection_pool::lease::lease(
    std::shared_ptr<connection_pool> pool, host_map::iterator where, std::unique_ptr<connection> reused
)
    : link{std::move(reused)}
    , pool_{std::move(pool)}
    , where_{where} {}

connection_pool::lease::lease(lease&& other) noexcept
    : link{std::move(other.link)}
    , pool_{std::move(other.pool_)}
    , where_{other.where_} {}

connection_pool::lease::~lease() {
    link.reset();
    if (pool_) {
        pool_->give_back(where_);
    }
}

void connection_pool::lease::keep() {
    if (link) {
        pool_->rest(where_->second, std::move(link));
    }
}

} // namespace modelwatch::net
