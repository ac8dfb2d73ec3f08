#pragma once

#include "daemon/model/message.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace modelwatch::notify {

// Short texts about one alert. All are one printable line without links.

/// Text of others as one line of at most `limit` bytes.
[[nodiscard]] std::string one_line(std::string_view text, std::size_t limit);

/// "HIGH", "HIGH, updated", "HIGH, reminder", "RESOLVED".
[[nodiscard]] std::string badge_of(severity level, message_type type);

/// "weights replaced (model.safetensors)".
[[nodiscard]] std::string event_words(alert const& entry);

/// The model, or for an alert about the monitor itself the thing that fails: "hub mirror".
[[nodiscard]] std::string place_of(alert const& entry);

/// "tiiuae/falcon-7b: weights replaced (model.safetensors)".
[[nodiscard]] std::string title_of(alert const& entry);

/// "env=prod, team=search".
[[nodiscard]] std::string tags_of(alert const& entry);

/// Whether the bytes in production are affected; nullopt: not known, or no such question.
[[nodiscard]] std::optional<bool> production_affected(alert const& entry);

} // namespace modelwatch::notify
