#include "daemon/hub/exchange.hpp"

#include "daemon/hub/failure.hpp"
#include "daemon/model/text.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace modelwatch::hub {

namespace {

/// Counts a request as on its way until it is over, however it ends.
class on_the_way {
public:
    on_the_way(rate_budget& budget, bucket which) noexcept
        : budget_(budget)
        , which_(which) {}

    on_the_way(on_the_way const&) = delete;
    on_the_way& operator=(on_the_way const&) = delete;

    ~on_the_way() { budget_.finished(which_); }

private:
    rate_budget& budget_;
    bucket which_;
};

/// A call that has leave: tells the breaker what became of it, however it ends.
class attempt {
public:
    attempt(breaker& owner, breaker::leave leave) noexcept
        : owner_(owner)
        , leave_(leave) {}

    attempt(attempt const&) = delete;
    attempt& operator=(attempt const&) = delete;

    ~attempt() {
        if (!told_) owner_.given_up(leave_);
    }

    void tell(result<net::http_response> const& outcome, net::steady_instant now) {
        if (!outcome && (outcome.error().code == errc::invalid || outcome.error().code == errc::cancelled))
            return;
        told_ = true;
        if (outcome || !is_hub_trouble(outcome.error())) {
            owner_.answered();
        } else {
            owner_.failed(leave_, outcome.error(), now);
        }
    }

private:
    breaker& owner_;
    breaker::leave leave_;
    bool told_ = false;
};

bool is_redirect(unsigned status) noexcept {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// Worth another try soon. A call that was not made at all has waited for as long as callers wait.
bool may_pass(error const& problem) noexcept {
    if (was_not_asked(problem)) return false;
    if (problem.code == errc::unreachable || problem.code == errc::cut) return true;
    if (problem.code != errc::server_fault) return false;
    return !problem.retry_after || *problem.retry_after <= limits::longest_retry_pause;
}

error limited(std::string_view method, std::string_view url, std::chrono::milliseconds wait) {
    auto const seconds = std::chrono::ceil<std::chrono::seconds>(wait);
    auto made = failure(
        errc::limited,
        request_name(method, url) + ": the request budget of this hub is used up",
        "polls go on by themselves in " + to_words(seconds) +
            "; a token, longer intervals or fewer watches help"
    );
    made.retry_after = seconds;
    return made;
}

bool is_token(std::string_view token) noexcept {
    return std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

hub_options checked(hub_options options) {
    options.token = std::string(trimmed(options.token));
    if (!is_token(options.token)) {
        throw std::invalid_argument(
            "the token of hub " + options.name + " holds blanks or control characters"
        );
    }
    return options;
}

} // namespace

exchange::exchange(hub_options options, net::http_transport& transport, net::clock& time)
    : options_(checked(std::move(options)))
    , endpoint_(options_.endpoint)
    , transport_(transport)
    , time_(time)
    , budget_(options_.request_budget, std::hash<std::string>{}(options_.name + options_.endpoint)) {}

std::int64_t exchange::now_unix() const {
    return std::chrono::duration_cast<std::chrono::seconds>(time_.now().time_since_epoch()).count();
}

error exchange::unusable(hub_answer const& answer) const {
    return failure_of(answer.method, answer.url, answer.response, now_unix());
}

asio::awaitable<result<hub_answer>> exchange::send(hub_call call, patience& left) {
    auto first = co_await follow(call, left);
    if (first || !call.retry || !may_pass(first.error())) co_return first;
    auto const wish = first.error().retry_after.value_or(std::chrono::seconds(0));
    auto const span = std::max(limits::retry_pause, std::chrono::milliseconds(wish));
    bool const go_on = co_await pause(span);
    if (!go_on) co_return failure(errc::cancelled, request_name(call.method, call.url) + ": stopped");
    auto second = co_await follow(call, left);
    if (!second && was_not_asked(second.error())) co_return first;
    co_return second;
}

asio::awaitable<result<hub_answer>> exchange::follow(hub_call const& call, patience& left) {
    hub_call hop = call;
    std::vector<std::string> seen;
    bool with_token = endpoint_.owns(hop.url);
    for (std::size_t hops = 0; hops <= limits::max_redirects; ++hops) {
        auto response = co_await once(hop, hop.url, with_token, left);
        if (!response) co_return response.error();
        if (!is_redirect(response->status) || !response->has("location")) {
            co_return hub_answer{std::move(*response), hop.method, hop.url};
        }
        auto next = next_hop(hop, hop.url, *response);
        if (!next) co_return next.error();
        seen.push_back(hop.url);
        if (std::find(seen.begin(), seen.end(), *next) != seen.end()) {
            co_return failure(
                errc::redirect,
                request_name(call.method, call.url) + ": redirected in a circle",
                "the hub or a proxy before it is misconfigured"
            );
        }
        hop.url = std::move(*next);
        // Once a request has left the hub's own host, the token stays behind for good.
        with_token = with_token && endpoint_.owns(hop.url);
        bool const keeps_method = response->status == 307 || response->status == 308;
        if (!keeps_method && hop.method == "POST") {
            hop.method = "GET";
            hop.body.clear();
        }
    }
    co_return failure(
        errc::redirect,
        request_name(call.method, call.url) + ": more than " + std::to_string(limits::max_redirects) +
            " redirects"
    );
}

result<std::string>
exchange::next_hop(hub_call const& call, std::string const& url, net::http_response const& response) const {
    auto const name = request_name(call.method, url);
    auto target = redirect_target(url, response.header("location"));
    if (!target)
        return failure(errc::redirect, name + ": redirected to something that is not an http(s) URL");
    if (endpoint_.owns(*target)) return *target;
    if (!call.is_file) {
        return failure(
            errc::redirect,
            name + ": redirected to another host, " + shortened(place_of(*target), 120),
            "a hub does not send its API elsewhere: a proxy or login page may stand before it, or "
            "`endpoint` is not the hub's own address"
        );
    }
    if (endpoint_.is_https() && !target->starts_with("https:")) {
        return failure(errc::redirect, name + ": redirected from https to plain http");
    }
    return *target;
}

net::http_request exchange::request_for(
    hub_call const& call, std::string const& url, bool with_token, patience const& left
) const {
    net::http_request request;
    request.method = call.method;
    request.url = url;
    request.headers = call.headers;
    if (!call.is_file) request.headers.emplace_back("Accept", "application/json");
    if (with_token && has_token()) request.headers.emplace_back("Authorization", "Bearer " + options_.token);
    request.body = call.body;
    auto const rest = std::max(left.deadline - time_.steady_now(), std::chrono::milliseconds(1));
    request.timeout = std::min(options_.timeout, std::chrono::milliseconds(rest));
    request.max_body = call.max_body;
    request.cut_body_at_max = call.cut_body_at_max;
    request.via = options_.via;
    return request;
}

asio::awaitable<result<net::http_response>>
exchange::once(hub_call const& call, std::string const& url, bool with_token, patience& left) {
    bool const own = endpoint_.owns(url);
    auto const which = bucket_of(path_of(url));
    if (own) {
        auto const slot = co_await take_slot(call, which, left);
        if (!slot) co_return slot.error();
    }
    if (time_.steady_now() >= left.deadline) {
        co_return failure(errc::timeout, request_name(call.method, url) + ": the poll took too long");
    }
    auto request = request_for(call, url, with_token, left);
    if (!own) {
        auto foreign = co_await transport_.send(std::move(request));
        if (!foreign) co_return foreign;
        co_return judged(call, url, which, own, std::move(*foreign));
    }
    auto const leave = co_await take_leave(call);
    if (!leave) co_return leave.error();
    attempt mine(breaker_, *leave);
    budget_.sent(which, time_.steady_now());
    auto reply = result<net::http_response>(failure(errc::cancelled, "not sent"));
    {
        on_the_way const counted(budget_, which);
        reply = co_await transport_.send(std::move(request));
    }
    if (reply) reply = judged(call, url, which, own, std::move(*reply));
    mine.tell(reply, time_.steady_now());
    co_return reply;
}

result<net::http_response> exchange::judged(
    hub_call const& call, std::string const& url, bucket which, bool own, net::http_response response
) {
    std::optional<std::chrono::seconds> away;
    if (own) away = budget_.learn(which, response, time_.steady_now(), now_unix());
    if (own) clock_.heard(response.header("date"), response.header("age"), now_unix());
    auto const status = response.status;
    bool const fault = status >= 500 && status != 501;
    if (status == 429 || status == 408 || fault) {
        auto problem = failure_of(call.method, url, response, now_unix());
        if (away) problem.retry_after = away;
        return problem;
    }
    if (own && has_token() && status == 401 && meaning_of(response) == meaning::bad_credentials) {
        return failure_of(call.method, url, response, now_unix());
    }
    return response;
}

asio::awaitable<result<void>> exchange::take_slot(hub_call const& call, bucket which, patience& left) {
    for (;;) {
        auto const now = time_.steady_now();
        auto const permit = budget_.ask(which, now);
        if (permit.wait.count() <= 0) co_return result<void>();
        if (permit.blocked || permit.wait > left.waiting_left || now + permit.wait > left.deadline) {
            co_return limited(call.method, call.url, permit.wait);
        }
        left.waiting_left -= permit.wait;
        bool const go_on = co_await pause(permit.wait);
        if (!go_on) co_return failure(errc::cancelled, request_name(call.method, call.url) + ": stopped");
    }
}

/// A hiccup is waited for; longer the caller is not kept.
asio::awaitable<result<breaker::leave>> exchange::take_leave(hub_call const& call) {
    auto waited = std::chrono::milliseconds(0);
    for (;;) {
        auto const leave = breaker_.ask(time_.steady_now());
        if (leave.go) co_return leave;
        waited += leave.wait;
        if (waited > limits::hiccup) co_return not_asked(options_.name, *breaker_.spared_for(), leave.wait);
        bool const go_on = co_await pause(leave.wait);
        if (!go_on) co_return failure(errc::cancelled, request_name(call.method, call.url) + ": stopped");
    }
}

asio::awaitable<bool> exchange::pause(std::chrono::milliseconds span) {
    co_await time_.sleep_until(time_.steady_now() + span);
    auto const state = co_await asio::this_coro::cancellation_state;
    co_return state.cancelled() == asio::cancellation_type::none;
}

} // namespace modelwatch::hub
