#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace modelwatch::config {

/// When the digest goes out: on these days of the week, at this time of the zone that the configuration
/// names.
struct weekly_schedule {
    std::array<bool, 7> days{}; ///< by std::chrono::weekday::c_encoding(): Sunday is 0
    std::chrono::minutes at{};  ///< since midnight

    [[nodiscard]] bool on(std::chrono::weekday day) const noexcept { return days[day.c_encoding()]; }

    bool operator==(weekly_schedule const&) const = default;
};

/// "Mon 09:00", "Mon,Thu 09:00", "daily 09:00"; nullopt for anything else.
[[nodiscard]] std::optional<weekly_schedule> parse_schedule(std::string_view text);

/// The canonical form, from Monday to Sunday.
[[nodiscard]] std::string to_text(weekly_schedule const& schedule);

} // namespace modelwatch::config
