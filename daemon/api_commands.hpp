#pragma once

#include "daemon/answers.hpp"
#include "daemon/api.hpp"

#include <optional>

namespace modelwatch {

/// What the commands of the command line ask a running daemon for: GET or POST /api/v1/commands/NAME, and
/// the older names of some of them.
void add_commands(std::vector<http::endpoint>& to, std::shared_ptr<api_deps> with);

/// With the kind of the error: a command's exit code depends on it.
[[nodiscard]] http::response refusal_of(error const& why);

/// Asks on the database's thread. After a change the loops, the page and the outbox know of it.
[[nodiscard]] asio::awaitable<http::response>
respond_with(std::shared_ptr<api_deps> with, answers::question const& what, json::object asked);

/// The body of a change: an object of texts of bearable length, besides `labels`; nullopt for anything else.
[[nodiscard]] std::optional<json::object> read_change(http::request const& asked);

/// Which state directory a daemon serves, told without naming it: the same for the same path.
[[nodiscard]] std::string state_mark(std::filesystem::path const& state_dir);

/// What only who knows the token can say of a challenge. So a command tells its token to nobody who merely
/// took the daemon's place.
[[nodiscard]] std::string proof_of(std::string const& token, std::string_view challenge);

/// The headers in which /healthz tells the mark and, of a request's challenge, the proof.
inline constexpr std::string_view mark_header = "X-Modelwatch-State";
inline constexpr std::string_view challenge_header = "X-Modelwatch-Challenge";
inline constexpr std::string_view proof_header = "X-Modelwatch-Proof";

} // namespace modelwatch
