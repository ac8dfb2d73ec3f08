#pragma once

#include "daemon/outbox.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace modelwatch {

/// What a drill came to, per notifier.
struct drill_outcome {
    std::string notifier;
    bool delivered = false;
    unsigned status = 0;                           ///< of the last attempt; 0: none
    std::string answer;                            ///< of the far end to the alert, printable
    std::optional<std::chrono::milliseconds> took; ///< from the change to its delivery
    bool closed = false; ///< the end of it was delivered too: nothing stays open at the far end
};

/// The way of a real alert with an invented one: a model whose weights are replaced is observed twice,
/// compared, judged as critical, stored with its messages in one transaction and sent by the outbox through
/// `lanes`; then it is resolved the same way. All that is said is marked as a drill. The state is a database
/// in memory: nothing of it stays, and neither fallbacks nor other notifiers hear of a far end that refuses
/// it.
class drill {
public:
    drill(
        asio::any_io_executor executor, net::clock& time, judge_rules rules, std::vector<lane_settings> lanes
    );

    /// Throws std::runtime_error when the change is not detected: then this program is broken.
    asio::awaitable<std::vector<drill_outcome>> run();

private:
    asio::awaitable<void> deliver();

    asio::any_io_executor executor_;
    net::clock& time_;
    judge_rules rules_;
    std::vector<lane_settings> lanes_;
    store_thread db_;
};

} // namespace modelwatch
