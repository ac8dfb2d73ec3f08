#include "daemon/cli/session.hpp"
#include "daemon/log.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/service.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <algorithm>
#include <csignal>
#include <utility>

namespace modelwatch::cli {

namespace {

error nothing_to_watch() {
    return failure(errc::invalid, "nothing to watch", "add a [[watch]] to the configuration");
}

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
    auto store = storage::open_store(s.settings.service.state_dir, storage::open_mode::service);
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
