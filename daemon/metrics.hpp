#pragma once

#include "daemon/model/time.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace modelwatch {

/// What is counted by looking when somebody asks, as opposed to what is counted when it happens. Keys are
/// label values.
struct present_state {
    struct hub {
        double watches = 0;
        double failing = 0;
        double last_success = 0; ///< seconds since 1970; 0: never
    };

    std::map<std::string, hub> hubs;
    std::map<std::pair<std::string, std::string>, double> alerts; ///< by severity and state
    std::map<std::pair<std::string, std::string>, double>
        messages;                            ///< by notifier and state, delivered ones apart
    std::map<std::string, double> ratings;   ///< models by rating; "unknown" too
    std::map<std::string, double> staleness; ///< models by staleness
    double running_polls = 0;
    double lag_seconds = 0; ///< how long the most overdue watch has been waiting
    double database_bytes = 0;
    double database_writable = 1; ///< 0: nothing can be kept or said
};

/// The program's metrics, named by Prometheus' conventions. Used from the event loop's thread only.
class metrics {
public:
    explicit metrics(std::string const& version, instant started);
    ~metrics();

    /// `outcome`: "unchanged", "changed", "failed".
    void poll_ended(std::string const& hub, std::string_view outcome, std::chrono::milliseconds took);
    /// `outcome`: "delivered", "retried", "given-up".
    void attempt_ended(std::string const& notifier, std::string_view outcome, std::chrono::milliseconds took);
    void request_answered(unsigned status);
    void reloaded(bool good, instant when);

    /// Prometheus text format 0.0.4.
    [[nodiscard]] std::string text(present_state const& now);

private:
    struct families;
    std::unique_ptr<families> all_;
};

} // namespace modelwatch
