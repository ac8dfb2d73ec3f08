#pragma once

#include "daemon/cli/invocation.hpp"
#include "daemon/cli/terminal.hpp"
#include "daemon/config/config.hpp"
#include "daemon/model/result.hpp"
#include "storage/store.hpp"

#include <memory>

namespace modelwatch::cli {

/// Exit codes of the contract.
namespace exit_code {
constexpr int done = 0;
constexpr int something_to_report = 1;
constexpr int wrong_usage = 2;
constexpr int not_done = 3;
} // namespace exit_code

/// What every command has: the command line, the terminal, the configuration.
struct session {
    invocation what;
    terminal out;
    config::environment env;
    config::settings settings;
};

/// Runs the command that the session asks for; returns the exit code. Throws nothing.
[[nodiscard]] int run(invocation what);

// One function per command; each prints its own errors.
[[nodiscard]] int run_daemon(session& s);
[[nodiscard]] int run_check(session& s);
[[nodiscard]] int run_assess(session& s);
[[nodiscard]] int run_status(session& s);
[[nodiscard]] int run_history(session& s);
[[nodiscard]] int run_diff(session& s);
[[nodiscard]] int run_accept(session& s);
[[nodiscard]] int run_review(session& s);
[[nodiscard]] int run_gate(session& s);
[[nodiscard]] int run_alerts(session& s);
[[nodiscard]] int run_outbox(session& s);
[[nodiscard]] int run_notify(session& s);
[[nodiscard]] int run_digest(session& s);
[[nodiscard]] int run_discover(session& s);
[[nodiscard]] int run_init(session& s);
[[nodiscard]] int run_config(session& s);
[[nodiscard]] int run_db(session& s);
[[nodiscard]] int run_explain(session& s);
[[nodiscard]] int run_version(session& s);
[[nodiscard]] int run_completion(session& s);

/// `alerts silence`, `silences`, `unsilence`.
[[nodiscard]] int run_silences(session& s);

/// "modelwatch: …" with the hint on a line of its own; returns 2 for `invalid`, else 3.
[[nodiscard]] int report(error const& failure);

/// Who decides at the alert desk: --by, else who called sudo, else this user.
[[nodiscard]] std::string who_decides(session const& s);

/// The state beside a running daemon.
[[nodiscard]] std::unique_ptr<storage::store> open_state(session const& s);

} // namespace modelwatch::cli
