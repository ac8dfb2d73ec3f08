#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace modelwatch {

/// What the program tells systemd (sd_notify(3)). Every call does nothing where no manager listens.
class service_manager {
public:
    service_manager();

    /// Something before that takes long: two more minutes from now on, and what it is.
    void starting(std::string const& doing);
    /// Configuration, database and listener are up.
    void ready();
    void reloading(); ///< ready() ends it
    void stopping();
    /// One line for `systemctl status`.
    void status(std::string const& line);
    /// The program makes progress; to be called more often than every watchdog().
    void alive();

    /// `WatchdogSec=` of the unit; nullopt: nobody waits for alive().
    [[nodiscard]] std::optional<std::chrono::microseconds> watchdog() const noexcept { return watchdog_; }

private:
    std::optional<std::chrono::microseconds> watchdog_;
    std::string last_status_;
};

} // namespace modelwatch
