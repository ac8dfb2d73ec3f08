#include "daemon/service_manager.hpp"
#include "tests/support/catch.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace modelwatch;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

/// The far end of sd_notify: a datagram socket as the manager has one.
class manager_socket {
public:
    manager_socket()
        : path_(std::filesystem::temp_directory_path() / ("modelwatch-notify-" + std::to_string(getpid()))) {
        std::filesystem::remove(path_);
        fd_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        sockaddr_un where{};
        where.sun_family = AF_UNIX;
        path_.string().copy(where.sun_path, sizeof where.sun_path - 1);
        REQUIRE(bind(fd_, reinterpret_cast<sockaddr const*>(&where), sizeof where) == 0);
        setenv("NOTIFY_SOCKET", path_.c_str(), 1);
    }

    manager_socket(manager_socket const&) = delete;
    manager_socket& operator=(manager_socket const&) = delete;

    ~manager_socket() {
        unsetenv("NOTIFY_SOCKET");
        unsetenv("WATCHDOG_USEC");
        unsetenv("WATCHDOG_PID");
        close(fd_);
        std::filesystem::remove(path_);
    }

    /// The next datagram; empty when none came.
    [[nodiscard]] std::string heard() const {
        char buffer[4096];
        auto const size = recv(fd_, buffer, sizeof buffer, 0);
        return size > 0 ? std::string(buffer, static_cast<std::size_t>(size)) : std::string{};
    }

private:
    std::filesystem::path path_;
    int fd_ = -1;
};

} // namespace

TEST_CASE("systemd hears of start, reload and stop", "[service]") {
    manager_socket const far_end;
    service_manager manager;
    manager.ready();
    CHECK(far_end.heard() == "READY=1");
    manager.reloading();
    CHECK_THAT(far_end.heard(), StartsWith("RELOADING=1\nMONOTONIC_USEC="));
    manager.stopping();
    CHECK(far_end.heard() == "STOPPING=1");
}

TEST_CASE(
    "a status line is said once while it stays the same, and cannot smuggle another assignment", "[service]"
) {
    manager_socket const far_end;
    service_manager manager;
    manager.status("3 watches\nREADY=1");
    auto const line = far_end.heard();
    CHECK_THAT(line, StartsWith("STATUS=3 watches"));
    CHECK(line.find('\n') == std::string::npos);
    manager.status("3 watches\nREADY=1");
    CHECK(far_end.heard().empty());
}

TEST_CASE("the watchdog is fed only where the unit has one", "[service]") {
    manager_socket const far_end;
    service_manager without;
    without.alive();
    CHECK_FALSE(without.watchdog().has_value());
    CHECK(far_end.heard().empty());
    setenv("WATCHDOG_USEC", "60000000", 1);
    service_manager with;
    with.alive();
    CHECK(with.watchdog() == std::chrono::seconds{60});
    CHECK(far_end.heard() == "WATCHDOG=1");
}

TEST_CASE("without a manager nothing happens", "[service]") {
    unsetenv("NOTIFY_SOCKET");
    service_manager manager;
    manager.ready();
    manager.status("fine");
    manager.alive();
    CHECK_FALSE(manager.watchdog().has_value());
}

TEST_CASE("a start that takes long asks for more time, and says what for", "[service]") {
    manager_socket const far_end;
    service_manager manager;
    manager.starting("copying the database: 35 %\nREADY=1");
    auto const said = far_end.heard();
    CHECK_THAT(said, StartsWith("EXTEND_TIMEOUT_USEC=120000000\nSTATUS=copying the database: 35 %"));
    CHECK_THAT(said, !Contains("\nREADY"));
}
