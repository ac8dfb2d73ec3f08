#pragma once

#include "daemon/net/http.hpp"
#include "daemon/notify/answer.hpp"
#include "daemon/notify/blocking.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::notify {

/// A mail server, ready for libcurl.
struct smtp_server {
    std::string url;           ///< "smtp://host:587/our-name": the path is what EHLO says
    bool implicit_tls = false; ///< smtps://; otherwise STARTTLS, without which nothing is sent
    std::string username;
    std::string password;
    net::route via;
    std::chrono::milliseconds timeout{15'000}; ///< per recipient; all of them together get four times as long
};

/// Reads "smtp://host[:587]" or "smtps://host[:465]"; throws std::invalid_argument with the reason.
/// `ehlo` is a full host name or an address literal.
[[nodiscard]] smtp_server parse_smtp_url(std::string_view url, std::string_view ehlo);

struct mail_job {
    std::string from; ///< envelope sender
    std::vector<std::string> recipients;
    std::string bytes;
};

/// One transaction per recipient over one connection, so that the answer for each is known. Blocks; ends
/// within about a second after the flag is raised. Recipients that were not tried have no outcome.
[[nodiscard]] std::vector<recipient_outcome> send_over_smtp(
    smtp_server const& server, mail_job const& job, secrets const& hidden, abort_flag const& aborted
);

} // namespace modelwatch::notify
