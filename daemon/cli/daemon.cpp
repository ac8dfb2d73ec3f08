#include "daemon/cli/session.hpp"
#include "daemon/log.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/service.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <utility>

namespace modelwatch::cli {

namespace {

error nothing_to_watch() {
    return failure(errc::invalid, "nothing to watch", "add a [[watch]] to the configuration");
}

/// A long migration: systemd hears of it whenever it moves, the log when something new begins and every ten
/// seconds.
class migration_news {
public:
    void operator()(std::string const& doing) {
        manager_.starting(doing);
        auto const now = std::chrono::steady_clock::now();
        auto const what = doing.substr(0, doing.find(':'));
        if (what == last_ && now < next_) return;
        last_ = what;
        next_ = now + std::chrono::seconds{10};
        log_info(doing);
    }

private:
    service_manager manager_;
    std::string last_;
    std::chrono::steady_clock::time_point next_{};
};

} // namespace

int run_daemon(session& s) {
    auto const secrets = config::check_secrets(s.settings, s.env);
    for (auto const& problem : secrets)
        complain(problem.text());
    if (!secrets.empty()) return exit_code::wrong_usage;
    bool const idle = s.settings.watches.empty() && s.settings.accounts.empty();
    if (idle && s.settings.file.empty()) return report(nothing_to_watch());
    if (s.settings.notifiers.empty()) {
        log_warn("no notifier is configured: alerts are only kept, see `modelwatch alerts`");
    }
    asio::io_context loop{1};
    // Before anything else: a signal that comes during the start must not end the program by default.
    asio::signal_set signals{loop.get_executor(), SIGTERM, SIGINT, SIGHUP};
    machinery parts{loop.get_executor(), most_connections(s.settings)};
    auto const& state_dir = s.settings.service.state_dir;
    auto store = storage::open_store(state_dir, storage::open_mode::service, migration_news{});
    // A fresh installation, whose file names nothing yet, may start. Where something was watched before it
    // may not: a service that looks alive and looks at nothing would read as "all is well".
    if (idle && !store->watches().empty()) return report(nothing_to_watch());
    if (idle) log_warn("nothing to watch yet: add a [[watch]] to the configuration and reload");
    store_thread db{std::move(store)};
    auto const again = [config = s.what.config, env = s.env] { return config::load(config, env); };
    service program{loop, signals, parts, db, again, s.env};
    auto const applied = program.apply(s.settings);
    if (!applied) return report(applied.error());
    return program.run();
}

} // namespace modelwatch::cli
