#pragma once

#include "daemon/model/alert.hpp"
#include "daemon/model/time.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace modelwatch {

enum class message_type { opened, updated, resolved, reminder, digest, test };

/// "alert.opened" … as in the webhook's `type`.
[[nodiscard]] std::string_view to_string(message_type type) noexcept;
[[nodiscard]] message_type parse_message_type(std::string_view text); ///< throws std::invalid_argument

enum class message_state { waiting, delivered, given_up, dropped };

[[nodiscard]] std::string_view to_string(message_state state) noexcept;
[[nodiscard]] message_state parse_message_state(std::string_view text); ///< throws std::invalid_argument

/// No message waits longer than this for its next attempt, whatever its far end wishes. A time that lies
/// further ahead comes from a clock that was wrong: such a message is due.
inline constexpr std::chrono::milliseconds longest_message_wait{std::chrono::hours{1}};

/// One thing to send through one notifier. Recorded in the transaction of the change that caused it.
struct message {
    std::string id; ///< UUID version 7; the webhook-id of every attempt
    std::string notifier;
    message_type type = message_type::opened;
    message_state state = message_state::waiting;
    instant created_at{};
    std::optional<instant> next_attempt_at; ///< waiting only
    unsigned attempts = 0;
    std::string
        last_answer; ///< of the far end: status and first bytes, printable; empty before the first attempt
    std::vector<alert> alerts;
    json::object payload; ///< for digest and test
};

/// What became of one try to send.
struct attempt {
    std::string message_id;
    instant at{};
    std::chrono::milliseconds took{};
    unsigned status = 0; ///< HTTP or SMTP status; 0: none
    std::string answer;  ///< first bytes, printable
};

[[nodiscard]] json::object to_json(message const& entry); ///< as in `outbox list --json`

} // namespace modelwatch
