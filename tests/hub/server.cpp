#include "tests/hub/server.hpp"

#include "tests/hub/session.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>

#include <list>
#include <stdexcept>
#include <thread>
#include <vector>

namespace modelwatch::hub_double {

namespace {

/// One io_context with its thread and the connections that live on it.
struct lane {
    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
    std::list<std::unique_ptr<connection>> connections;
    bool stopping = false;
    std::thread thread;
};

class beast_server final : public server {
public:
    beast_server(hub_state& hub, server_options const& options)
        : hub_(hub)
        , tls_(options.tls)
        , context_(asio::ssl::context::tls_server) {
        if (tls_) use_certificate(options);
        for (unsigned count = 0; count < std::max(1u, options.threads); ++count)
            lanes_.push_back(std::make_unique<lane>());
        listen(side::api, options.port);
        listen(side::cdn, options.cdn_port);
        listen(side::control, 0);
        for (auto& one : lanes_)
            one->thread = std::thread([lane = one.get()] { lane->io.run(); });
    }

    ~beast_server() override {
        for (auto& one : lanes_)
            asio::post(one->io, [this, lane = one.get()] { stop(*lane); });
        for (auto& one : lanes_)
            one->thread.join();
    }

    [[nodiscard]] std::uint16_t port(side of) const override {
        for (auto const& one : doors_)
            if (one->at == of) return one->acceptor.local_endpoint().port();
        return 0;
    }

    beast_server(beast_server const&) = delete;
    beast_server& operator=(beast_server const&) = delete;

private:
    struct door {
        side at;
        tcp::acceptor acceptor;
    };

    void use_certificate(server_options const& options) {
        context_.use_certificate_chain(asio::buffer(options.certificate_pem));
        context_.use_private_key(asio::buffer(options.key_pem), asio::ssl::context::pem);
    }

    void listen(side at, std::uint16_t port) {
        auto& first = lanes_.front()->io;
        tcp::endpoint const here(asio::ip::address_v4::loopback(), port);
        doors_.push_back(std::make_unique<door>(door{at, tcp::acceptor(first, here)}));
        asio::co_spawn(first, accept_on(*doors_.back()), [](std::exception_ptr const& failure) {
            if (failure) std::rethrow_exception(failure);
        });
    }

    asio::awaitable<void> accept_on(door& from) {
        for (;;) {
            auto& target = *lanes_[next_++ % lanes_.size()];
            auto [failed, socket] = co_await from.acceptor.async_accept(target.io, quiet);
            if (failed == asio::error::operation_aborted || !from.acceptor.is_open()) co_return;
            if (failed) continue;
            hand_over(target, std::move(socket), from.at);
        }
    }

    void hand_over(lane& to, tcp::socket socket, side at) {
        asio::post(to.io, [this, &to, at, moved = std::move(socket)]() mutable {
            start(to, std::move(moved), at);
        });
    }

    void start(lane& on, tcp::socket socket, side at) {
        if (on.stopping) return;
        if (tls_ && at != side::control)
            on.connections.push_back(
                std::make_unique<session<tls_stream>>(tls_stream(std::move(socket), context_), hub_, at)
            );
        else
            on.connections.push_back(std::make_unique<session<tcp::socket>>(std::move(socket), hub_, at));
        auto const here = std::prev(on.connections.end());
        asio::co_spawn(on.io, (*here)->serve(), [&on, here](std::exception_ptr const& failure) {
            on.connections.erase(here);
            if (failure) std::rethrow_exception(failure);
        });
    }

    /// On the lane's own thread; its run() returns when the last connection has ended.
    void stop(lane& one) {
        one.stopping = true;
        if (&one == lanes_.front().get())
            for (auto const& entrance : doors_) {
                error_code ignored;
                entrance->acceptor.close(ignored);
            }
        for (auto const& open : one.connections)
            open->close();
        one.work.reset();
    }

    hub_state& hub_;
    bool tls_;
    asio::ssl::context context_;
    std::vector<std::unique_ptr<lane>> lanes_;
    std::vector<std::unique_ptr<door>> doors_;
    std::size_t next_ = 0;
};

} // namespace

std::unique_ptr<server> start_server(hub_state& hub, server_options const& options) {
    try {
        return std::make_unique<beast_server>(hub, options);
    } catch (boost::system::system_error const& failure) {
        throw std::runtime_error(std::string("the double cannot listen: ") + failure.what());
    }
}

} // namespace modelwatch::hub_double
