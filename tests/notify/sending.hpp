#pragma once

#include "daemon/notify/channel.hpp"
#include "tests/notify/sample_alerts.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_transport.hpp"
#include "tests/support/run_awaitable.hpp"

namespace modelwatch::test {

/// Answers as another one does, but takes its time.
class slow_transport final : public net::http_transport {
public:
    slow_transport(net::http_transport& other, fake_clock& time)
        : other_{other}
        , time_{time} {}

    asio::awaitable<result<net::http_response>> send(net::http_request request) override {
        auto const later = time_.steady_now() + delay;
        co_await time_.sleep_until(later);
        auto answer = co_await other_.send(std::move(request));
        co_return answer;
    }

    void close() noexcept override {}

    std::chrono::milliseconds delay{0};

private:
    net::http_transport& other_;
    fake_clock& time_;
};

/// One channel with a scripted far end.
struct far_end {
    asio::io_context io;
    fake_clock time{io};
    fake_transport transport{time};
    slow_transport slow{transport, time};
    notify::channel_options options;

    explicit far_end(notify::channel_type type) {
        options.name = "ops";
        options.type = type;
        options.url = "https://far.example/hook/SecretPathSegment?sig=SecretSignature";
        options.secret = type == notify::channel_type::pagerduty ? routing_key : "";
    }

    notify::delivery send(message const& what = sample_message(), std::vector<std::string> pending = {}) {
        auto const channel = notify::make_channel(options, {slow, time, io.get_executor()});
        return run_awaitable(io, time, channel->send(what, std::move(pending)));
    }

    static constexpr char const* target = "/hook/SecretPathSegment?sig=SecretSignature";
    static constexpr char const* routing_key = "0123456789abcdef0123456789abcdef";
};

inline std::vector<notify::channel_type> http_channels() {
    using type = notify::channel_type;
    return {type::webhook, type::slack, type::teams, type::pagerduty};
}

/// What this type of far end says when it has taken a message.
inline net::http_response taken(notify::channel_type type) {
    using kind = notify::channel_type;
    if (type == kind::slack) return fake_transport::response(200, "ok");
    if (type == kind::pagerduty)
        return fake_transport::response(202, R"({"status":"success","message":"Event processed"})");
    return fake_transport::response(type == kind::teams ? 202 : 204);
}

} // namespace modelwatch::test
