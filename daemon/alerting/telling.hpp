#pragma once

#include "daemon/alerting/desk.hpp"

namespace modelwatch::alerting {

/// Tells the notifiers of the alert that was touched last: all that take it, but for `not_to` and for one
/// that would hear of its own failure.
void tell(decision& out, message_type type, rules const& how, std::string const& not_to, instant now);

/// Ends an alert. People hear of its end when they have heard of its beginning: at once, or, where a silence
/// holds it, when that is over.
void close(
    decision& out, alert entry, std::string why, rules const& how, std::string const& not_to, instant now
);

/// How an alert is told of that may have been told before.
[[nodiscard]] inline message_type news_type(alert const& entry) noexcept {
    return entry.announced ? message_type::updated : message_type::opened;
}

} // namespace modelwatch::alerting
