// What signals ask of the service: another configuration, and its end.

#include "daemon/config/secrets.hpp"
#include "daemon/log.hpp"
#include "daemon/service.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/ranges.h>

#include <csignal>
#include <unistd.h>

namespace modelwatch {

namespace {

using namespace std::chrono_literals;

constexpr auto reload_pause = 1s;

} // namespace

/// However many SIGHUPs come: what was wanted before a reload began is done by it, and a storm of them costs
/// one reload per pause. Signals are heard meanwhile, so that stopping overtakes.
asio::awaitable<void> service::serve_reloads() {
    while (!stopping_) {
        auto const never = parts_.time.steady_now() + 1h;
        if (!reload_wanted_) co_await reload_sleep_.until(parts_.time, never);
        if (stopping_ || !reload_wanted_) continue;
        reload_wanted_ = false;
        try {
            co_await reload();
        } catch (std::exception const& e) {
            log_error(std::string{"configuration reloaded in part; send SIGHUP again: "} + e.what());
        }
        auto const next = parts_.time.steady_now() + reload_pause;
        while (!stopping_ && parts_.time.steady_now() < next)
            co_await reload_sleep_.until(parts_.time, next);
    }
}

asio::awaitable<void> service::reload() {
    manager_.reloading();
    bool const good = co_await take_over_configuration();
    metrics_.reloaded(good, parts_.time.now());
    if (!stopping_) manager_.ready();
}

/// A reload reads the files of secrets anew. What systemd or the environment handed over stays as it was at
/// the start, whatever became of it since: whoever has just rotated one must know.
void service::tell_of_fixed_secrets() const {
    auto const keys = config::secrets_of_the_start(now_->settings);
    if (keys.empty()) return;
    log_info(
        "credentials and environment variables are those of the start: when one of them was rotated, restart "
        "the "
        "service",
        {{"keys", fmt::format("{}", fmt::join(keys, " "))}}
    );
}

/// The new configuration whole, or the old one as it was.
asio::awaitable<bool> service::take_over_configuration() {
    auto loaded = reload_();
    for (auto const& problem : loaded.problems)
        log_error("configuration not reloaded: " + problem.text());
    if (!loaded.ok()) co_return false;
    if (loaded.value.watches.empty() && loaded.value.accounts.empty()) {
        log_error("configuration not reloaded: it names nothing to watch");
        co_return false;
    }
    auto const old_dir = now_->settings.service.state_dir;
    if (loaded.value.service.state_dir != old_dir) {
        log_error("configuration not reloaded: daemon.state_dir cannot change while the daemon runs");
        co_return false;
    }
    for (auto const& warning : loaded.value.warnings)
        log_warn(warning);
    auto const applied = apply(std::move(loaded.value));
    if (!applied) {
        log_error("configuration not reloaded: " + applied.error().message());
        co_return false;
    }
    start_log(parse_log_settings(now_->settings.service.log_level, now_->settings.service.log_format));
    co_await take_watches();
    if (!stopping_) co_await show_all();
    log_info("configuration reloaded", {{"watches", std::to_string(scheduler_->watches().size())}});
    tell_of_fixed_secrets();
    co_return true;
}

asio::awaitable<void> service::watch_signals() {
    auto const token = asio::as_tuple(asio::use_awaitable);
    while (true) {
        auto const [failure, number] = co_await signals_.async_wait(token);
        if (failure) co_return;
        if (number == SIGHUP) {
            reload_wanted_ = true;
            reload_sleep_.wake();
            continue;
        }
        // The first asks, the second insists.
        if (stopping_) _exit(1);
        begin_stop(number == SIGTERM ? "SIGTERM" : "SIGINT");
    }
}

} // namespace modelwatch
