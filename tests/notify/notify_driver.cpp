// Sends one message through one channel with the real transports, for the end-to-end tests.
// Standard input: {"options": {type, url, secret, smtp, from, to, username, password, command,
// ca_file, proxy, timeout_ms, host_name, ehlo}, "message": {id, type, created_at, alerts, payload},
// "recipients": […], "cancel_after_ms": n}. Standard output: {"outcome", "status", "answer", "retry_after",
// "pending_recipients", "took_ms"}.

#include "daemon/notify/channel.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <cstdio>
#include <iostream>
#include <iterator>
#include <stdexcept>

namespace {

using namespace modelwatch;

std::vector<std::string> texts(json::object const& object, std::string_view key) {
    std::vector<std::string> out;
    if (auto const* list = object.if_contains(key))
        for (auto const& item : list->as_array())
            out.emplace_back(item.as_string());
    return out;
}

std::int64_t number(json::object const& object, std::string_view key, std::int64_t otherwise) {
    auto const* value = object.if_contains(key);
    return value == nullptr ? otherwise : value->as_int64();
}

notify::channel_type type_named(std::string_view name) {
    if (name == "webhook") return notify::channel_type::webhook;
    if (name == "slack") return notify::channel_type::slack;
    if (name == "email") return notify::channel_type::email;
    if (name == "teams") return notify::channel_type::teams;
    if (name == "pagerduty") return notify::channel_type::pagerduty;
    if (name == "command") return notify::channel_type::command;
    throw std::invalid_argument("unknown channel type");
}

notify::channel_options read_options(json::object const& from) {
    notify::channel_options out;
    out.name = "driver";
    out.type = type_named(text_of(from, "type"));
    out.url = text_of(from, "url");
    out.secret = text_of(from, "secret");
    out.smtp = text_of(from, "smtp");
    out.from = text_of(from, "from");
    out.to = texts(from, "to");
    out.command = texts(from, "command");
    out.username = text_of(from, "username");
    out.password = text_of(from, "password");
    out.via.ca_file = text_of(from, "ca_file");
    out.via.proxy = text_of(from, "proxy");
    out.timeout = std::chrono::milliseconds{number(from, "timeout_ms", 5'000)};
    out.host_name = text_of(from, "host_name");
    out.ehlo = text_of(from, "ehlo");
    return out;
}

message read_message(json::object const& from) {
    message out;
    out.id = text_of(from, "id");
    out.notifier = "driver";
    out.type = parse_message_type(text_of(from, "type"));
    out.created_at = from_rfc3339(text_of(from, "created_at")).value();
    if (auto const* alerts = from.if_contains("alerts"))
        for (auto const& one : alerts->as_array())
            out.alerts.push_back(alert_from_json(one.as_object()));
    if (auto const* payload = from.if_contains("payload")) out.payload = payload->as_object();
    return out;
}

json::object write_delivery(notify::delivery const& result) {
    using outcome = notify::delivery::outcome;
    json::object out;
    out["outcome"] = result.what == outcome::delivered ? "delivered"
                     : result.what == outcome::retry   ? "retry"
                                                       : "failed";
    out["status"] = result.status;
    out["answer"] = result.answer;
    out["retry_after"] = result.retry_after ? json::value(result.retry_after->count()) : json::value(nullptr);
    json::array pending;
    for (auto const& one : result.pending_recipients)
        pending.emplace_back(one);
    out["pending_recipients"] = std::move(pending);
    return out;
}

notify::delivery send(json::object const& order) {
    asio::io_context io{1};
    asio::thread_pool pool{1};
    net::system_clock time;
    auto const transport = net::make_http_transport(io.get_executor(), "modelwatch-test");
    auto const channel = notify::make_channel(
        read_options(order.at("options").as_object()), {*transport, time, pool.get_executor()}
    );
    auto const what = read_message(order.at("message").as_object());
    asio::cancellation_signal stop;
    asio::steady_timer alarm{io};
    if (auto const after = number(order, "cancel_after_ms", 0); after > 0) {
        alarm.expires_after(std::chrono::milliseconds{after});
        alarm.async_wait([&stop](boost::system::error_code failure) {
            if (!failure) stop.emit(asio::cancellation_type::terminal);
        });
    }
    notify::delivery result;
    std::exception_ptr failure;
    auto const done = [&](std::exception_ptr thrown, notify::delivery outcome) {
        failure = thrown;
        result = std::move(outcome);
        alarm.cancel();
        transport->close();
    };
    asio::co_spawn(
        io, channel->send(what, texts(order, "recipients")), asio::bind_cancellation_slot(stop.slot(), done)
    );
    io.run();
    if (failure) std::rethrow_exception(failure);
    return result;
}

} // namespace

int main() {
    try {
        std::string const input{std::istreambuf_iterator<char>{std::cin}, {}};
        auto const order = json::parse(input).as_object();
        auto const start = std::chrono::steady_clock::now();
        auto out = write_delivery(send(order));
        auto const took = std::chrono::steady_clock::now() - start;
        out["took_ms"] = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
        std::cout << to_line(out) << std::endl;
        return 0;
    } catch (std::exception const& problem) {
        std::cerr << "notify_driver: " << problem.what() << std::endl;
        return 2;
    }
}
