#include "daemon/front.hpp"

#include "daemon/log.hpp"
#include "daemon/model/host.hpp"

#include <charconv>

namespace modelwatch {

namespace {

constexpr std::chrono::seconds until_next_try{30};

unsigned octal(std::string const& text) {
    unsigned out = 0;
    std::from_chars(text.data(), text.data() + text.size(), out, 8);
    return out;
}

} // namespace

front::front(asio::any_io_executor executor, net::clock& time, api_deps deps)
    : executor_(executor)
    , time_(time)
    , deps_(std::move(deps))
    , sleep_(executor) {}

void front::configure(config::daemon_settings const& service, std::string token) {
    http::socket_rights const rights{service.socket_group, octal(service.socket_mode)};
    bool const moved =
        service.listen != listen_ || rights.group != rights_.group || rights.mode != rights_.mode;
    listen_ = service.listen;
    rights_ = rights;
    token_ = std::move(token);
    http::site_rules rules;
    rules.token = token_;
    rules.local_token = deps_.local_token;
    rules.strangers = !is_local_listen(listen_);
    rules.check_host = is_local_listen(listen_) && !listen_.starts_with("unix:");
    rules.state = [&models = deps_.models] { return models.generation(); };
    deps_.token = token_;
    site_ = std::make_shared<http::site const>(endpoints(deps_), rules);
    if (!moved) return;
    complained_ = false;
    if (server_) server_->close();
    sleep_.wake();
}

asio::awaitable<http::response> front::answer(http::request asked) {
    auto const site = site_; // a reload may bring another one meanwhile
    http::response out;
    try {
        out = co_await site->respond(std::move(asked));
    } catch (storage::storage_error const& e) {
        log_error(e.what(), {{"where", "http"}});
        out = http::refusal(503, "the database cannot be used now");
    } catch (std::exception const& e) {
        if (stopping_) throw; // the wait was ended, not answered
        log_error(e.what(), {{"where", "http"}});
        out = http::refusal(500, "this could not be answered", "the daemon's log says why");
    }
    deps_.counts.request_answered(out.status);
    co_return out;
}

bool front::open() {
    auto const handler = [this](http::request asked) { return answer(std::move(asked)); };
    auto made = http::make_server(executor_, listen_, http::server_limits{}, handler, rights_);
    if (made) {
        server_ = std::move(*made);
        log_info("listening", {{"where", server_->where()}});
        return true;
    }
    if (!complained_) log_error(made.error().message() + "; trying again", {{"where", "http"}});
    complained_ = true;
    return false;
}

void front::begin() {
    begun_ = true;
    if (!stopping_ && !server_ && !listen_.empty()) static_cast<void>(open()); // else run() tries again
    sleep_.wake();
}

asio::awaitable<void> front::run() {
    while (!stopping_) {
        if (server_ || (begun_ && !listen_.empty() && open())) {
            co_await server_->run();
            server_.reset();
            continue;
        }
        auto const later = time_.steady_now() + until_next_try;
        co_await sleep_.until(time_, later);
    }
}

void front::stop() {
    stopping_ = true;
    if (server_) server_->close();
    sleep_.wake();
}

} // namespace modelwatch
