#include "daemon/net/clock.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace modelwatch::net {

instant system_clock::now() const {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

steady_instant system_clock::steady_now() const {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::steady_clock::now());
}

asio::awaitable<void> system_clock::sleep_until(steady_instant when) {
    auto const executor = co_await asio::this_coro::executor;
    asio::steady_timer timer{executor, when};
    auto const outcome = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    static_cast<void>(outcome); // a cancelled sleep is over as well
}

} // namespace modelwatch::net
