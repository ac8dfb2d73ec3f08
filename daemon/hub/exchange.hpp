#pragma once

#include "daemon/hub/breaker.hpp"
#include "daemon/hub/clock_check.hpp"
#include "daemon/hub/hub_client.hpp"
#include "daemon/hub/limits.hpp"
#include "daemon/hub/rate_budget.hpp"
#include "daemon/hub/url.hpp"

#include <cstdint>
#include <string>

namespace modelwatch::hub {

/// How long one poll may go on, and how much of that it may spend waiting for slots.
struct patience {
    explicit patience(net::clock const& time)
        : deadline(time.steady_now() + limits::call_deadline) {}

    std::chrono::milliseconds waiting_left{limits::slot_patience};
    net::steady_instant deadline;
};

/// One thing to ask the hub.
struct hub_call {
    std::string method = "GET";
    std::string url;
    net::header_list headers;
    std::string body;
    std::uint64_t max_body = limits::max_body;
    bool cut_body_at_max = false;
    bool is_file = false; ///< may be redirected to another host (without the token); else JSON is asked for
    bool retry = true;    ///< once, after a fault that may pass
};

struct hub_answer {
    net::http_response response;
    std::string method;
    std::string url; ///< that answered, after redirects
};

/// Sends calls to one hub: token only where it belongs, redirects, rate budget, one retry, less and less
/// while it only fails. Shared by all watches.
class exchange {
public:
    exchange(hub_options options, net::http_transport& transport, net::clock& time);

    /// Any answer but a redirect, 408, 429 and the passing 5xx is a value. A token that the hub refuses in so
    /// many words is errc::unauthorized.
    asio::awaitable<result<hub_answer>> send(hub_call call, patience& left);

    [[nodiscard]] hub_options const& options() const noexcept { return options_; }

    [[nodiscard]] endpoint const& where() const noexcept { return endpoint_; }

    [[nodiscard]] net::clock& time() const noexcept { return time_; }

    [[nodiscard]] bool has_token() const noexcept { return !options_.token.empty(); }

    [[nodiscard]] std::int64_t now_unix() const;

    /// What the hub fails with, while it is asked less often for it.
    [[nodiscard]] std::optional<error> trouble() const { return breaker_.trouble(); }

    /// As hub_client::take_clock_news().
    [[nodiscard]] std::optional<std::chrono::seconds> take_clock_news() noexcept {
        return clock_.take_news();
    }

    /// An answer that the caller has no use for, as an error.
    [[nodiscard]] error unusable(hub_answer const& answer) const;

private:
    asio::awaitable<result<hub_answer>> follow(hub_call const& call, patience& left);
    asio::awaitable<result<net::http_response>>
    once(hub_call const& call, std::string const& url, bool with_token, patience& left);
    asio::awaitable<result<void>> take_slot(hub_call const& call, bucket which, patience& left);
    asio::awaitable<result<breaker::leave>> take_leave(hub_call const& call);
    asio::awaitable<bool> pause(std::chrono::milliseconds span);
    [[nodiscard]] net::http_request
    request_for(hub_call const& call, std::string const& url, bool with_token, patience const& left) const;
    [[nodiscard]] result<net::http_response>
    judged(hub_call const& call, std::string const& url, bucket which, bool own, net::http_response response);
    [[nodiscard]] result<std::string>
    next_hop(hub_call const& call, std::string const& url, net::http_response const& response) const;

    hub_options options_;
    endpoint endpoint_;
    net::http_transport& transport_;
    net::clock& time_;
    rate_budget budget_;
    breaker breaker_;
    clock_check clock_;
};

} // namespace modelwatch::hub
