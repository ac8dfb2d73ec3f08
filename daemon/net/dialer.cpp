#include "daemon/net/dialer.hpp"

#include "daemon/net/conversation.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>

namespace modelwatch::net {

namespace {

using boost::system::error_code;

[[noreturn]] void report_cancellation() {
    throw boost::system::system_error(asio::error::operation_aborted);
}

trouble explain_connect(error_code const& failure, asio::ip::address const& address, std::uint16_t port) {
    auto const where = join_host_port(address.to_string(), port);
    if (failure == asio::error::connection_refused) {
        return {
            errc::unreachable,
            "connection refused by " + where,
            "nothing listens there, or a firewall refuses"
        };
    }
    return {errc::unreachable, "no connection to " + where + ": " + failure.message(), {}};
}

/// Says that it was the proxy, not the server behind it.
trouble blame_proxy(trouble failure, proxy_server const& proxy) {
    if (failure.code == errc::timeout) {
        failure.reason = "stuck at the proxy " + proxy.name() + ", " + failure.reason;
        failure.hint = "the proxy does not answer: check it, or whether it is the right one";
    } else {
        failure.reason = "proxy " + proxy.name() + ": " + failure.reason;
    }
    return failure;
}

std::string connect_request(call_plan const& plan) {
    auto const authority = plan.target.host_and_port();
    std::string wire;
    wire.append("CONNECT ").append(authority).append(" HTTP/1.1\r\nHost: ").append(authority).append("\r\n");
    if (!plan.proxy->authorization.empty()) {
        wire.append("Proxy-Authorization: ").append(plan.proxy->authorization).append("\r\n");
    }
    wire.append("\r\n");
    return wire;
}

} // namespace

trouble proxy_wants_credentials(proxy_server const& proxy) {
    return {
        errc::unreachable,
        "proxy " + proxy.name() + " wants a password (407)",
        proxy.authorization.empty() ? "write it as http://user:password@host:port"
                                    : "the user or password of the proxy is wrong",
        407
    };
}

dialer::dialer(
    asio::any_io_executor executor,
    std::chrono::milliseconds resolve_timeout,
    name_resolver::lookup_function look_up
)
    : executor_{executor}
    , resolver_{executor, resolve_timeout, std::move(look_up)} {}

asio::awaitable<std::optional<trouble>>
dialer::dial(connection& link, call_plan const& plan, time_limit& limit) {
    auto const& host = plan.proxy ? plan.proxy->host : plan.target.host;
    auto const port = plan.proxy ? plan.proxy->port : plan.target.port;
    auto failure = co_await connect(link, host, port, limit);
    if (failure && plan.proxy) {
        co_return blame_proxy(std::move(*failure), *plan.proxy);
    }
    if (failure || !plan.target.tls) {
        co_return failure;
    }
    if (plan.proxy) {
        failure = co_await open_tunnel(link, plan, limit);
    }
    if (failure) {
        co_return failure;
    }
    failure = co_await secure(link, plan, limit);
    co_return failure;
}

/// Tries each address in turn. Each but the last gets its share of the time that is left, so that one dead
/// address does not cost us the others.
asio::awaitable<std::optional<trouble>>
dialer::connect(connection& link, std::string const& host, std::uint16_t port, time_limit& limit) {
    auto const addresses = co_await resolver_.resolve(host, limit);
    if (!addresses) {
        co_return addresses.error();
    }
    std::optional<trouble> last;
    auto left = addresses->size();
    for (auto const& address : *addresses) {
        auto const now = std::chrono::steady_clock::now();
        time_limit share{executor_, now + (limit.at() - now) / static_cast<long>(left--)};
        asio::ip::tcp::endpoint const where{address, port};
        time_limit::guard const outer{limit, link};
        time_limit::guard const inner{share, link};
        auto const [failure] = co_await link.connect(where);
        if (!failure && !limit.passed() && !share.passed()) {
            co_return std::nullopt;
        }
        if (limit.passed() || (left == 0 && share.passed())) {
            break;
        }
        if (failure == asio::error::operation_aborted && !share.passed()) {
            report_cancellation();
        }
        last = share.passed() ? trouble{errc::unreachable, "no answer from " + address.to_string(), {}}
                              : explain_connect(failure, address, port);
    }
    if (left == 0 && last && !limit.passed()) {
        co_return last;
    }
    co_return trouble{errc::timeout, "connecting to " + join_host_port(host, port), {}};
}

asio::awaitable<std::optional<trouble>>
dialer::open_tunnel(connection& link, call_plan const& plan, time_limit& limit) {
    answer_bounds bounds;
    bounds.without_body = true;
    answer_reader reader{bounds};
    auto const wire = connect_request(plan);
    auto const outcome = co_await talk(link, wire, reader, limit);
    if (outcome.failure) {
        co_return blame_proxy(*outcome.failure, *plan.proxy);
    }
    auto const& answer = reader.response();
    if (answer.status == 407) {
        co_return proxy_wants_credentials(*plan.proxy);
    }
    if (answer.status / 100 != 2) {
        co_return trouble{
            errc::unreachable,
            "proxy " + plan.proxy->name() + " refused: " + std::to_string(answer.status) + " " +
                answer.reason,
            "the proxy must allow CONNECT to " + plan.target.host_and_port(),
            answer.status
        };
    }
    // TLS starts with our bytes; whatever is there already was not sent by the server that we mean.
    if (reader.has_left_over()) {
        co_return trouble{errc::malformed, "proxy " + plan.proxy->name() + " sent bytes of its own", {}};
    }
    co_return std::nullopt;
}

asio::awaitable<std::optional<trouble>>
dialer::secure(connection& link, call_plan const& plan, time_limit& limit) {
    auto trust = trust_.context_for(plan.ca_file);
    if (!trust) {
        co_return trust.error();
    }
    time_limit::guard const guard{limit, link};
    auto const [failure] = co_await link.handshake(std::move(*trust), plan.target.host);
    if (limit.passed()) {
        co_return trouble{errc::timeout, "during the TLS handshake", {}};
    }
    if (!failure) {
        co_return std::nullopt;
    }
    if (failure == asio::error::operation_aborted) {
        report_cancellation();
    }
    co_return explain_handshake(failure, link.verify_result());
}

} // namespace modelwatch::net
