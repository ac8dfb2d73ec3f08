#pragma once

#include "daemon/model/message.hpp"
#include "daemon/notify/reader.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::notify {

/// Published limits of PagerDuty's Events API v2; ours count bytes, which is never less than characters.
inline constexpr std::size_t pagerduty_body = 512u << 10;
inline constexpr std::size_t pagerduty_summary = 1024;
inline constexpr std::size_t pagerduty_key = 255;

/// One event of a message.
struct pagerduty_event {
    std::string key;              ///< by which an attempt that took only some events is resumed
    std::string dedup_key;        ///< the alert's id: what belongs to one incident
    std::string_view action;      ///< trigger, acknowledge, resolve
    alert const* about = nullptr; ///< null: a digest or a test
};

/// The events of a message, worst first: one per alert. A digest is one event of severity "info" that joins
/// its predecessor's incident; a test is triggered and resolved at once. Points into `what`.
[[nodiscard]] std::vector<pagerduty_event> pagerduty_events(message const& what);

/// `brief`: without any detail, for a far end that refused the whole event.
enum class pagerduty_form { whole, brief };

/// The body of one request.
[[nodiscard]] std::string render_pagerduty(
    pagerduty_event const& event,
    message const& what,
    std::string_view routing_key,
    pagerduty_form form,
    reader const& whom = {}
);

/// critical, error, warning, info.
[[nodiscard]] std::string_view pagerduty_severity(severity level) noexcept;

} // namespace modelwatch::notify
