#pragma once

#include "daemon/cli/session.hpp"
#include "daemon/model/json.hpp"
#include "daemon/model/result.hpp"

#include <string_view>

namespace modelwatch::cli {

/// What answers::NAME says: asked of the daemon where one listens that serves our state directory, so that it
/// works for an operator who may not open the database; else of the database itself. A daemon that takes no
/// changes because no token is configured is passed by for them. Errors: those of the answer; unauthorized (a
/// token is configured, and cannot be read or is refused), unreachable, cut and others (the daemon went
/// away). Throws storage_error.
[[nodiscard]] result<json::object> ask(session const& s, std::string_view name, json::object const& asked);

/// Whether a daemon would be asked for changes.
[[nodiscard]] bool asks_daemon_for_changes(session const& s);

/// A list that comes in pages, under `name`: all of it, with what "more" says of each in `places`.
[[nodiscard]] result<json::object>
ask_all(session const& s, std::string_view question, std::string_view name, json::object wish);

/// Prints an answer as --json does.
void print_json(terminal const& to, json::object answer);

} // namespace modelwatch::cli
