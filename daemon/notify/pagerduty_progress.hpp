#pragma once

#include "daemon/notify/channel.hpp"
#include "daemon/notify/pagerduty_render.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace modelwatch::notify {

/// How far one message with several events has come. What was taken is never sent again; what was refused is
/// not tried again, but the message counts as given up in the end, so that nothing gets lost unseen.
class pagerduty_progress {
public:
    /// `pending`: what the last attempt left (delivery::pending_recipients); empty: nothing was tried yet.
    pagerduty_progress(std::vector<pagerduty_event> const& events, std::vector<std::string> const& pending);

    /// The event to send now; null when this attempt is over: all are through, or the far end is in trouble.
    [[nodiscard]] pagerduty_event const* next() const;
    /// What became of it.
    void note(delivery made);
    [[nodiscard]] delivery outcome() const;

private:
    std::vector<pagerduty_event const*> todo_;
    std::size_t at_ = 0;
    std::size_t taken_ = 0;
    std::vector<std::string> postponed_;
    std::vector<std::string> refused_;
    unsigned troubles_ = 0; ///< in a row
    unsigned refusals_ = 0; ///< in a row
    bool resumed_ = false;
    delivery last_;
    delivery trouble_; ///< the first one
    bool in_trouble_ = false;
};

} // namespace modelwatch::notify
