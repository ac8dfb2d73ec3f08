#pragma once

#include "daemon/api.hpp"
#include "daemon/http/server.hpp"
#include "daemon/net/task_group.hpp"

#include <memory>
#include <string>

namespace modelwatch {

/// The daemon's HTTP door: opens it, and tries again where the place is taken. Watching matters more than
/// being looked at, so nothing here ever ends the program.
class front {
public:
    front(asio::any_io_executor executor, net::clock& time, api_deps deps);

    /// Start and reload. An empty `listen`: the door stays shut.
    void configure(config::daemon_settings const& service, std::string token);
    /// What is to be shown is known: before, the door stays shut, so that nobody is told that a watch is
    /// none.
    void begin();
    /// Until stop().
    asio::awaitable<void> run();
    void stop();

    /// Where it listens; empty while it does not.
    [[nodiscard]] std::string where() const { return server_ ? server_->where() : std::string{}; }

private:
    asio::awaitable<http::response> answer(http::request asked);
    [[nodiscard]] bool open();

    asio::any_io_executor executor_;
    net::clock& time_;
    api_deps deps_;
    std::string listen_;
    http::socket_rights rights_;
    std::string token_;
    std::shared_ptr<http::site const> site_;
    std::unique_ptr<http::server> server_;
    net::wakeable_sleep sleep_;
    bool begun_ = false;
    bool complained_ = false;
    bool stopping_ = false;
};

} // namespace modelwatch
