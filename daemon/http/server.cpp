#include "daemon/http/server.hpp"

#include "daemon/http/connection.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/host.hpp"
#include "daemon/model/text.hpp"
#include "daemon/net/clock.hpp"
#include "daemon/net/task_group.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

namespace modelwatch::http {

namespace {

using boost::system::error_code;
using acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol>;
using endpoint = asio::generic::stream_protocol::endpoint;
namespace local = asio::local;

constexpr auto quiet = asio::as_tuple(asio::use_awaitable);
/// When the process has no descriptor left, others give some back; spinning would not help.
constexpr std::chrono::milliseconds pause_after_failure{200};

class beast_server final : public server {
public:
    beast_server(
        acceptor door, std::string where, std::string socket_path, server_limits limits, handler answer
    )
        : door_{std::move(door)}
        , where_{std::move(where)}
        , socket_path_{std::move(socket_path)}
        , limits_{limits}
        , answer_{std::move(answer)}
        , connections_{door_.get_executor(), [](std::exception_ptr) {}} {}

    ~beast_server() override {
        std::error_code ignored;
        if (!socket_path_.empty()) std::filesystem::remove(socket_path_, ignored);
    }

    beast_server(beast_server const&) = delete;
    beast_server& operator=(beast_server const&) = delete;

    [[nodiscard]] std::string where() const override { return where_; }

    asio::awaitable<void> run() override {
        while (!stopping_) {
            auto [failure, socket] = co_await door_.async_accept(quiet);
            if (stopping_ || failure == asio::error::operation_aborted) break;
            if (failure) {
                asio::steady_timer pause{door_.get_executor(), pause_after_failure};
                auto const [ended] = co_await pause.async_wait(quiet);
                if (ended) break;
                continue;
            }
            welcome(std::move(socket));
        }
        connections_.cancel();
        net::system_clock time;
        auto const never = time.steady_now() + net::very_long;
        co_await connections_.drained(time, never);
    }

    void close() override {
        stopping_ = true;
        error_code ignored;
        door_.close(ignored); // run() ends the connections, on the loop's own thread
    }

private:
    void welcome(stream_socket socket) {
        // Else the end of a long answer waits for the reader's delayed acknowledgement, 40 ms on Linux.
        error_code no_tcp;
        socket.set_option(asio::ip::tcp::no_delay{true}, no_tcp);
        auto const here = connections_.running();
        if (here < limits_.max_connections || room_.give_way()) {
            connections_.spawn(serve(std::move(socket), limits_, answer_, stopping_, room_));
        } else if (here < 2 * limits_.max_connections) {
            connections_.spawn(turn_away(std::move(socket)));
        }
        // Else it is closed without a word: a flood gets no more of our time.
    }

    acceptor door_;
    std::string where_;
    std::string socket_path_;
    server_limits limits_;
    handler answer_;
    waiting_room room_;
    net::task_group connections_;
    bool stopping_ = false;
};

error cannot(std::string const& listen, error_code const& why) {
    return failure(
        errc::invalid,
        "daemon.listen: cannot listen on " + listen + ": " + why.message(),
        "another program may have it; set [daemon] listen, or \"\" for none"
    );
}

/// A socket file that a killed daemon left behind is in nobody's way; one that answers is somebody's.
bool is_abandoned(asio::any_io_executor const& executor, std::string const& path) {
    local::stream_protocol::socket probe{executor};
    error_code failure;
    probe.connect(local::stream_protocol::endpoint{path}, failure);
    return failure == asio::error::connection_refused;
}

result<acceptor>
opened(asio::any_io_executor const& executor, std::string const& listen, endpoint const& here) {
    acceptor door{executor};
    error_code failure;
    door.open(here.protocol(), failure);
    bool const tcp = here.protocol().family() != AF_UNIX;
    if (!failure && tcp) door.set_option(asio::socket_base::reuse_address{true}, failure);
    if (!failure) door.bind(here, failure);
    if (!failure) door.listen(asio::socket_base::max_listen_connections, failure);
    if (failure) return cannot(listen, failure);
    return door;
}

result<asio::ip::tcp::endpoint> tcp_endpoint(std::string const& listen) {
    auto const [name, digits] = split_host_port(listen);
    auto host = lower(name);
    if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
    if (host == "localhost") host = "127.0.0.1";
    error_code bad;
    auto const address = asio::ip::make_address(host, bad);
    std::uint16_t port = 0;
    auto const read = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (bad || read.ec != std::errc{} || read.ptr != digits.data() + digits.size())
        return failure(errc::invalid, "daemon.listen: \"" + listen + "\" is not an address:port");
    return asio::ip::tcp::endpoint{address, port};
}

std::string text_of(asio::ip::tcp::endpoint const& here) {
    auto const host = here.address().to_string();
    return (here.address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(here.port());
}

result<std::unique_ptr<server>> on_tcp(
    asio::any_io_executor const& executor, std::string const& listen, server_limits limits, handler answer
) {
    auto const wanted = tcp_endpoint(listen);
    if (!wanted) return wanted.error();
    auto door = opened(executor, listen, endpoint{*wanted});
    if (!door) return door.error();
    asio::ip::tcp::endpoint here;
    auto const real = door->local_endpoint();
    here.resize(real.size());
    std::memcpy(here.data(), real.data(), real.size());
    return std::unique_ptr<server>(std::make_unique<beast_server>(
        std::move(*door), text_of(here), std::string{}, limits, std::move(answer)
    ));
}

/// Nothing where the socket has the rights; else why not. The group comes first: a mode that opens the socket
/// to a group must not open it to the wrong one.
result<void> give_rights(std::string const& path, socket_rights const& rights) {
    auto const refused = [&](std::string const& why) {
        return failure(
            errc::invalid,
            "daemon.socket_group: cannot give " + path + " to " + rights.group + ": " + why,
            "the service must be in that group; for the unit: `systemctl edit modelwatchd`, [Service] "
            "Group=" +
                rights.group
        );
    };
    if (!rights.group.empty()) {
        auto const* const group = ::getgrnam(rights.group.c_str());
        struct stat about{};
        if (group == nullptr) return refused("there is no such group");
        bool const has = ::stat(path.c_str(), &about) == 0 && about.st_gid == group->gr_gid;
        if (!has && ::chown(path.c_str(), static_cast<uid_t>(-1), group->gr_gid) != 0)
            return refused(std::strerror(errno));
    }
    if (::chmod(path.c_str(), rights.mode) == 0) return {};
    return failure(
        errc::invalid, "daemon.socket_mode: cannot set it on " + path + ": " + std::strerror(errno)
    );
}

result<std::unique_ptr<server>> on_unix(
    asio::any_io_executor const& executor,
    std::string const& listen,
    server_limits limits,
    handler answer,
    socket_rights const& rights
) {
    auto const path = listen.substr(5);
    if (path.empty() || path.size() >= sizeof(sockaddr_un{}.sun_path))
        return failure(errc::invalid, "daemon.listen: the path of the Unix socket is empty or too long");
    std::error_code missing;
    bool const is_socket = std::filesystem::is_socket(path, missing);
    if (is_socket && is_abandoned(executor, path)) std::filesystem::remove(path, missing);
    auto door = opened(executor, listen, endpoint{local::stream_protocol::endpoint{path}});
    if (!door) return door.error();
    if (auto const given = give_rights(path, rights); !given) {
        std::filesystem::remove(path, missing);
        return given.error();
    }
    return std::unique_ptr<server>(
        std::make_unique<beast_server>(std::move(*door), listen, path, limits, std::move(answer))
    );
}

} // namespace

result<std::unique_ptr<server>> make_server(
    asio::any_io_executor executor,
    std::string const& listen,
    server_limits limits,
    handler answer,
    socket_rights const& rights
) {
    if (listen.starts_with("unix:")) return on_unix(executor, listen, limits, std::move(answer), rights);
    return on_tcp(executor, listen, limits, std::move(answer));
}

} // namespace modelwatch::http
