#include "daemon/service_manager.hpp"

#include "daemon/model/text.hpp"

#include <cstdint>
#include <ctime>
#include <systemd/sd-daemon.h>

namespace modelwatch {

namespace {

/// CLOCK_MONOTONIC, which the manager compares with its own.
std::string monotonic_usec() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return std::to_string(static_cast<std::int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1'000);
}

/// Nobody can be told that the manager cannot be told; it will notice by its own time-outs.
void tell(std::string const& state) {
    static_cast<void>(sd_notify(0, state.c_str()));
}

} // namespace

service_manager::service_manager() {
    std::uint64_t limit = 0;
    if (sd_watchdog_enabled(0, &limit) > 0) watchdog_ = std::chrono::microseconds{limit};
}

void service_manager::starting(std::string const& doing) {
    last_status_ = printable(doing);
    tell("EXTEND_TIMEOUT_USEC=120000000\nSTATUS=" + last_status_);
}

void service_manager::ready() {
    tell("READY=1");
}

void service_manager::reloading() {
    tell("RELOADING=1\nMONOTONIC_USEC=" + monotonic_usec());
}

void service_manager::stopping() {
    tell("STOPPING=1");
}

void service_manager::status(std::string const& line) {
    auto text = printable(line);
    if (text == last_status_) return;
    last_status_ = std::move(text);
    tell("STATUS=" + last_status_);
}

void service_manager::alive() {
    if (watchdog_) tell("WATCHDOG=1");
}

} // namespace modelwatch
