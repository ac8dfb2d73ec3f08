#include "daemon/model/message.hpp"

#include "daemon/model/json_read.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace modelwatch {

namespace {

constexpr std::array<std::string_view, 6> type_names{
    "alert.opened", "alert.updated", "alert.resolved", "alert.reminder", "digest", "test"
};
constexpr std::array<std::string_view, 4> state_names{"waiting", "delivered", "given-up", "dropped"};

template <class Enum, std::size_t Size>
Enum parse(std::array<std::string_view, Size> const& names, std::string_view text, char const* what) {
    auto const found = std::find(names.begin(), names.end(), text);
    if (found == names.end())
        throw std::invalid_argument(std::string{"not a "} + what + ": " + std::string{text});
    return static_cast<Enum>(found - names.begin());
}

} // namespace

std::string_view to_string(message_type type) noexcept {
    return type_names[static_cast<std::size_t>(type)];
}

message_type parse_message_type(std::string_view text) {
    return parse<message_type>(type_names, text, "message type");
}

std::string_view to_string(message_state state) noexcept {
    return state_names[static_cast<std::size_t>(state)];
}

message_state parse_message_state(std::string_view text) {
    return parse<message_state>(state_names, text, "message state");
}

json::object to_json(message const& entry) {
    json::array alerts;
    for (auto const& one : entry.alerts)
        alerts.emplace_back(one.id);
    return {
        {"id", entry.id},
        {"notifier", entry.notifier},
        {"type", to_string(entry.type)},
        {"state", to_string(entry.state)},
        {"attempts", entry.attempts},
        {"created_at", to_rfc3339(entry.created_at)},
        {"next_attempt_at", or_null(entry.next_attempt_at)},
        {"last_answer", or_null(entry.last_answer)},
        {"alerts", std::move(alerts)}
    };
}

} // namespace modelwatch
