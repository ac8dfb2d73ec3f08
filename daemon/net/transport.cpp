#include "daemon/model/host.hpp"
#include "daemon/net/conversation.hpp"
#include "daemon/net/dialer.hpp"
#include "daemon/net/http.hpp"
#include "daemon/net/pool.hpp"
#include "daemon/net/proxy.hpp"
#include "daemon/net/request_text.hpp"

#include <algorithm>
#include <utility>

namespace modelwatch::net {

namespace {

/// Everything that an exchange needs. Exchanges hold it: their coroutines may be destroyed after the
/// transport.
struct core {
    core(asio::any_io_executor const& on, std::string agent, transport_limits bounds)
        : executor{on}
        , user_agent{std::move(agent)}
        , limits{bounds}
        , environment{proxy_environment::read()}
        , calls{on, bounds.resolve_timeout}
        , pool{std::make_shared<connection_pool>(on, bounds)} {}

    asio::any_io_executor executor;
    std::string user_agent;
    transport_limits limits;
    proxy_environment environment;
    dialer calls;
    std::shared_ptr<connection_pool> pool;
};

std::string in_words(std::chrono::milliseconds span) {
    bool const whole = span.count() % 1000 == 0;
    return whole ? std::to_string(span.count() / 1000) + " s" : std::to_string(span.count()) + " ms";
}

/// "GET hub.example/api/models/x: reason". Never a query, never a credential.
error describe(http_request const& request, web_url const* target, trouble failure) {
    constexpr std::size_t longest_path = 200;
    auto what = request.method.substr(0, 16);
    if (target != nullptr) {
        what.append(" ").append(target->authority());
        if (!request.hide_path) {
            what.append(target->path().substr(0, longest_path));
        }
    } else {
        what.append(" (unusable URL)");
    }
    what.append(": ");
    if (failure.code == errc::timeout) {
        what.append("no complete answer within ").append(in_words(request.timeout)).append(", still ");
    }
    what.append(failure.reason);
    return error{failure.code, std::move(what), std::move(failure.hint), failure.status, std::nullopt};
}

/// What goes wrong on the way through a proxy may be the proxy's doing: its name belongs in the message.
trouble by_way_of(std::optional<proxy_server> const& proxy, trouble failure) {
    if (proxy && failure.reason.find(proxy->name()) == std::string::npos) {
        failure.reason += " (through the proxy " + proxy->name() + ")";
    }
    return failure;
}

/// Plain http shows tokens to everybody on the way: only this host, or an operator who asked for it, may have
/// it.
bool may_be_plain(http_request const& request, call_plan const& plan) {
    bool const by_configured_proxy = plan.proxy && !plan.proxy->from_environment;
    return is_loopback_host(plan.target.host) || request.allow_plain_remote || by_configured_proxy;
}

result<call_plan> make_plan(core const& shared, http_request const& request) {
    auto target = parse_web_url(request.url);
    if (!target) {
        return describe(request, nullptr, target.error());
    }
    auto wrong = check_request(request);
    if (wrong) {
        return describe(request, &*target, std::move(*wrong));
    }
    auto proxy = choose_proxy(request.via.proxy, *target, shared.environment);
    if (!proxy) {
        return describe(request, &*target, proxy.error());
    }
    call_plan plan{std::move(*target), std::move(*proxy), request.via.ca_file};
    if (!plan.target.tls && !may_be_plain(request, plan)) {
        return describe(
            request,
            &plan.target,
            {errc::invalid, "plain http:// is for loopback addresses only", "use https://"}
        );
    }
    return plan;
}

answer_bounds bounds_of(core const& shared, http_request const& request) {
    return {
        request.max_body, request.cut_body_at_max, shared.limits.max_header_bytes, request.method == "HEAD"
    };
}

/// A connection that had rested may have been closed by the server at the very moment that we used it.
bool may_resend(http_request const& request, answer_reader const& reader, talk_outcome const& outcome) {
    bool const died = outcome.failure->code == errc::unreachable && !reader.begun();
    return died && (is_idempotent(request.method) || outcome.nothing_written);
}

asio::awaitable<result<http_response>> exchange(std::shared_ptr<core> shared, http_request request) {
    auto const made = make_plan(*shared, request);
    if (!made) {
        co_return made.error();
    }
    auto const& plan = *made;
    auto const* const plain_proxy = plan.proxy && !plan.target.tls ? &*plan.proxy : nullptr;
    auto const wire = write_request(request, plan.target, shared->user_agent, plain_proxy);
    time_limit limit{shared->executor, std::chrono::steady_clock::now() + request.timeout};

    pool_key key{plan.target.host, plan.target.port, plan.target.tls, request.via};
    auto place = co_await shared->pool->acquire(std::move(key), limit);
    if (!place) {
        co_return describe(request, &plan.target, {errc::timeout, "waiting for a free connection", {}});
    }
    for (;;) {
        bool const reused = place->link != nullptr;
        if (!reused) {
            place->link = std::make_unique<connection>(shared->executor);
            auto failure = co_await shared->calls.dial(*place->link, plan, limit);
            if (failure) {
                co_return describe(request, &plan.target, by_way_of(plan.proxy, std::move(*failure)));
            }
        }
        answer_reader reader{bounds_of(*shared, request)};
        auto const outcome = co_await talk(*place->link, wire, reader, limit);
        if (outcome.failure && reused && may_resend(request, reader, outcome)) {
            place->link.reset(); // once: the next round is on a new connection
            continue;
        }
        if (outcome.failure) {
            co_return describe(request, &plan.target, by_way_of(plan.proxy, *outcome.failure));
        }
        if (reader.reusable()) {
            place->keep();
        }
        if (plain_proxy != nullptr && reader.response().status == 407) {
            co_return describe(request, &plan.target, proxy_wants_credentials(*plain_proxy));
        }
        co_return std::move(reader.response());
    }
}

class pooled_transport final : public http_transport {
public:
    explicit pooled_transport(std::shared_ptr<core> shared)
        : shared_{std::move(shared)} {}

    pooled_transport(pooled_transport const&) = delete;
    pooled_transport& operator=(pooled_transport const&) = delete;

    ~pooled_transport() override { shared_->pool->retire(); }

    asio::awaitable<result<http_response>> send(http_request request) override {
        return exchange(shared_, std::move(request));
    }

    void close() noexcept override { shared_->pool->close_idle(); }

private:
    std::shared_ptr<core> shared_;
};

} // namespace

std::unique_ptr<http_transport>
make_http_transport(asio::any_io_executor executor, std::string user_agent, transport_limits limits) {
    return std::make_unique<pooled_transport>(
        std::make_shared<core>(std::move(executor), std::move(user_agent), limits)
    );
}

} // namespace modelwatch::net
