#pragma once

#include "daemon/hub/hub_client.hpp"
#include "daemon/model/text.hpp"
#include "daemon/net/http.hpp"
#include "tests/hub/hub_state.hpp"
#include "tests/support/fake_clock.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <memory>
#include <string>

namespace modelwatch::test {

/// The hub double behind the transport's seam: no network, virtual time, every request in its log.
class double_transport final : public net::http_transport {
public:
    explicit double_transport(hub_double::hub_state& hub)
        : hub_{hub} {}

    asio::awaitable<result<net::http_response>> send(net::http_request request) override {
        auto const executor = co_await asio::this_coro::executor;
        co_await asio::post(executor, asio::use_awaitable); // an answer never comes in the same breath
        auto asked = to_double(request);
        auto const sent = hub_.respond(asked);
        net::http_response made;
        made.status = sent.what->status;
        made.body = *sent.what->body;
        if (sent.what->source)
            made.body =
                sent.what->source->read(sent.what->offset, static_cast<std::size_t>(sent.what->length));
        for (auto const& [name, value] : sent.what->headers)
            made.headers.emplace_back(name, value);
        co_return made;
    }

    void close() noexcept override {}

private:
    static std::string header(net::http_request const& of, std::string_view name) {
        auto const same = [&](auto const& one) { return lower(one.first) == lower(name); };
        auto const found = std::find_if(of.headers.begin(), of.headers.end(), same);
        return found == of.headers.end() ? std::string{} : found->second;
    }

    static hub_double::request to_double(net::http_request const& from) {
        hub_double::request made;
        made.method = from.method;
        made.host = "hub.test";
        made.scheme = "https";
        auto const path = from.url.find('/', from.url.find("://") + 3);
        made.target = path == std::string::npos ? "/" : from.url.substr(path);
        made.authorization = header(from, "Authorization");
        made.has_authorization = !made.authorization.empty();
        made.if_none_match = header(from, "If-None-Match");
        made.range = header(from, "Range");
        made.accept = header(from, "Accept");
        made.body = from.body;
        made.parse_target();
        return made;
    }

    hub_double::hub_state& hub_;
};

} // namespace modelwatch::test
