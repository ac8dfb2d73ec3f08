#pragma once

#include "daemon/net/asio.hpp"
#include "daemon/net/time_limit.hpp"
#include "daemon/net/trouble.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/system/result.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace modelwatch::net {

/// What a look-up found: addresses in the order to try them, or getaddrinfo's error number.
struct looked_up {
    std::vector<asio::ip::address> addresses;
    int failure = 0;
};

/// getaddrinfo, blocking.
[[nodiscard]] looked_up system_lookup(std::string const& host);

/// Turns names into addresses. getaddrinfo cannot be cancelled and may block for longer than anybody wants to
/// wait, so each look-up runs on a thread of its own that may be left behind: neither a deadline nor the end
/// of the program waits for it. Requests for a name that is being looked up already join that look-up.
class name_resolver {
public:
    using lookup_function = std::function<looked_up(std::string const&)>;

    name_resolver(
        asio::any_io_executor executor,
        std::chrono::milliseconds timeout,
        lookup_function look_up = system_lookup
    );

    /// Numeric hosts and "localhost" (RFC 6761: always this host) are answered without asking anybody.
    asio::awaitable<boost::system::result<std::vector<asio::ip::address>, trouble>>
    resolve(std::string const& host, time_limit& limit);

private:
    struct lookup;
    class waiter;

    std::shared_ptr<lookup> start(std::string const& host);

    asio::any_io_executor executor_;
    std::chrono::milliseconds timeout_;
    lookup_function look_up_;
    std::map<std::string, std::weak_ptr<lookup>> running_;
};

} // namespace modelwatch::net
