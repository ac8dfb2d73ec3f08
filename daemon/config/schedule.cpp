#include "daemon/config/schedule.hpp"

#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modelwatch::config {

namespace {

constexpr std::array<std::string_view, 7> day_names{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

bool read_days(std::string_view text, std::array<bool, 7>& days) {
    if (lower(text) == "daily") {
        days.fill(true);
        return true;
    }
    for (auto const word : split(text, ',')) {
        auto const found = std::find_if(day_names.begin(), day_names.end(), [&](std::string_view name) {
            return lower(name) == lower(word);
        });
        if (found == day_names.end()) return false;
        days[static_cast<std::size_t>(found - day_names.begin())] = true;
    }
    return true;
}

std::optional<int> two_digits(std::string_view text, int limit) {
    auto const digit = [](char c) { return c >= '0' && c <= '9'; };
    if (text.size() != 2 || !digit(text[0]) || !digit(text[1])) return std::nullopt;
    int const value = (text[0] - '0') * 10 + (text[1] - '0');
    if (value >= limit) return std::nullopt;
    return value;
}

} // namespace

std::optional<weekly_schedule> parse_schedule(std::string_view text) {
    auto const blank = text.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    auto const time = text.substr(blank + 1);
    if (time.size() != 5 || time[2] != ':') return std::nullopt;
    auto const hour = two_digits(time.substr(0, 2), 24);
    auto const minute = two_digits(time.substr(3), 60);
    weekly_schedule schedule;
    if (!hour || !minute || !read_days(text.substr(0, blank), schedule.days)) return std::nullopt;
    schedule.at = std::chrono::hours{*hour} + std::chrono::minutes{*minute};
    return schedule;
}

std::string to_text(weekly_schedule const& schedule) {
    std::string days;
    for (std::size_t step = 1; step <= 7; ++step) {
        auto const day = step % 7;
        if (!schedule.days[day]) continue;
        if (!days.empty()) days += ',';
        days += day_names[day];
    }
    bool const daily = std::all_of(schedule.days.begin(), schedule.days.end(), [](bool day) { return day; });
    auto const minutes = schedule.at.count();
    return fmt::format("{} {:02}:{:02}", daily ? "daily" : days, minutes / 60, minutes % 60);
}

} // namespace modelwatch::config
