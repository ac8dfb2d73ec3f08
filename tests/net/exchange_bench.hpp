#pragma once

#include "daemon/net/http.hpp"
#include "tests/support/loopback_server.hpp"
#include "tests/support/run_awaitable.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace modelwatch::test {

/// One exchange that runs while the test does other things, and that may be cancelled.
struct running_exchange {
    asio::cancellation_signal stop;
    std::optional<result<net::http_response>> answer;
    std::exception_ptr failure;

    [[nodiscard]] bool done() const { return answer.has_value() || failure != nullptr; }
};

/// A transport with its context, set up for loopback servers.
struct exchange_bench {
    explicit exchange_bench(net::transport_limits limits = {})
        : transport{net::make_http_transport(io.get_executor(), "modelwatch-test/1", limits)} {}

    asio::io_context io{1};
    std::unique_ptr<net::http_transport> transport;

    static net::http_request request(std::string url, std::string method = "GET") {
        net::http_request made;
        made.method = std::move(method);
        made.url = std::move(url);
        made.via.ca_file = authority::instance().ca_file();
        made.via.proxy = "none";
        made.timeout = std::chrono::seconds{10};
        return made;
    }

    result<net::http_response> send(net::http_request wanted) {
        return run_awaitable(io, transport->send(std::move(wanted)));
    }

    result<net::http_response> get(std::string url) { return send(request(std::move(url))); }

    std::unique_ptr<running_exchange> start(net::http_request wanted) {
        auto running = std::make_unique<running_exchange>();
        auto keep = [all = running.get()](std::exception_ptr failure, result<net::http_response> answer) {
            all->failure = std::move(failure);
            if (!all->failure) {
                all->answer.emplace(std::move(answer));
            }
        };
        auto task = transport->send(std::move(wanted));
        asio::co_spawn(
            io, std::move(task), asio::bind_cancellation_slot(running->stop.slot(), std::move(keep))
        );
        return running;
    }

    /// Turns the context until `condition` holds; false when it does not in time.
    bool until(std::function<bool()> const& condition) {
        auto const end = std::chrono::steady_clock::now() + patience;
        while (!condition() && std::chrono::steady_clock::now() < end) {
            io.restart();
            io.run_for(std::chrono::milliseconds{1});
            std::this_thread::yield();
        }
        return condition();
    }
};

/// Waits for another thread; false when it takes too long.
inline bool eventually(std::function<bool()> const& condition) {
    auto const end = std::chrono::steady_clock::now() + patience;
    while (!condition() && std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    return condition();
}

} // namespace modelwatch::test
