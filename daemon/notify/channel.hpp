#pragma once

#include "daemon/model/message.hpp"
#include "daemon/model/result.hpp"
#include "daemon/net/clock.hpp"
#include "daemon/net/http.hpp"
#include "daemon/notify/reader.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace modelwatch::notify {

/// What the far end made of one attempt.
struct delivery {
    enum class outcome {
        delivered,
        retry, ///< try again later; `retry_after` when the far end said when
        failed ///< the far end will never take it: give up at once
    };
    outcome what = outcome::retry;
    unsigned status = 0;
    std::string answer; ///< "503 Service Unavailable: …", printable, at most 300 bytes, no secret
    std::optional<std::chrono::seconds> retry_after;
    /// Email: addresses that have not got it yet; PagerDuty: alerts whose event was not taken yet. Empty: all
    /// or none.
    std::vector<std::string> pending_recipients;
};

/// A configured far end. `send` never throws for what the world does.
class channel {
public:
    virtual ~channel() = default;
    /// `recipients` narrows it to what an earlier attempt left pending; empty: all.
    virtual asio::awaitable<delivery> send(message const& what, std::vector<std::string> recipients) = 0;

    virtual asio::awaitable<delivery> send(message const& what) { return send(what, {}); }
};

enum class channel_type { webhook, slack, email, teams, pagerduty, command };

/// Settings of a channel, secrets already read.
struct channel_options {
    std::string name;
    channel_type type = channel_type::webhook;
    std::string url;    ///< webhook; slack and teams (a secret); pagerduty (empty: PagerDuty's own)
    std::string secret; ///< webhook: Standard Webhooks signing secret; pagerduty: routing key
    std::vector<std::string> command; ///< command: absolute path and arguments
    std::string smtp; ///< email: "smtp://host[:587]", "smtps://host[:465]", "sendmail:" or "sendmail:/path"
    std::string from;
    std::vector<std::string> to;
    std::string username;
    std::string password;
    net::route via;
    std::chrono::milliseconds timeout{15'000};
    std::string host_name; ///< for Message-ID and List-Id
    std::string ehlo;      ///< what EHLO says; empty: made of the host's name
    reader whom;           ///< who reads what it sends
};

struct channel_deps {
    net::http_transport& transport;
    net::clock& time;
    asio::any_io_executor blocking; ///< libcurl and programs run here
};

[[nodiscard]] std::unique_ptr<channel> make_channel(channel_options options, channel_deps deps);

} // namespace modelwatch::notify
