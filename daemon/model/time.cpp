#include "daemon/model/time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace modelwatch {

namespace {

using namespace std::chrono;

/// Reads exactly `count` digits at `at`.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) noexcept {
    if (at + count > text.size()) return std::nullopt;
    int value = 0;
    for (char const c : text.substr(at, count)) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

struct clock_time {
    int hour;
    int minute;
    int second;
};

std::optional<clock_time> parse_clock(std::string_view text) noexcept {
    auto const hour = digits(text, 11, 2);
    auto const minute = digits(text, 14, 2);
    auto const second = digits(text, 17, 2);
    if (!hour || !minute || !second || text[13] != ':' || text[16] != ':') return std::nullopt;
    if (*hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    return clock_time{*hour, *minute, std::min(*second, 59)};
}

/// "Z" or "+hh:mm"; minutes east of Greenwich.
std::optional<int> parse_offset(std::string_view text) noexcept {
    if (text == "Z" || text == "z") return 0;
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
    auto const hours_east = digits(text, 1, 2);
    auto const minutes_east = digits(text, 4, 2);
    if (!hours_east || !minutes_east || *hours_east > 23 || *minutes_east > 59) return std::nullopt;
    int const total = *hours_east * 60 + *minutes_east;
    return text[0] == '-' ? -total : total;
}

/// Length of ".123…" at the front (0 when there is none), and its value in milliseconds.
std::size_t parse_fraction(std::string_view text, int& thousandths) noexcept {
    thousandths = 0;
    if (text.empty() || text[0] != '.') return 0;
    std::size_t length = 1;
    int scale = 100;
    while (length < text.size() && text[length] >= '0' && text[length] <= '9') {
        thousandths += (text[length] - '0') * scale;
        scale /= 10;
        ++length;
    }
    return length > 1 ? length : 0;
}

struct unit {
    char letter;
    std::int64_t size;
    std::string_view word;
};

constexpr std::array<unit, 5> units{
    {{'w', 604800, "week"}, {'d', 86400, "day"}, {'h', 3600, "hour"}, {'m', 60, "minute"}, {'s', 1, "second"}}
};

} // namespace

std::string to_rfc3339(instant when) {
    auto const whole = floor<seconds>(when);
    auto const day = floor<days>(whole);
    year_month_day const date{day};
    hh_mm_ss const time{whole - day};
    return fmt::format(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()),
        time.hours().count(),
        time.minutes().count(),
        time.seconds().count()
    );
}

std::optional<instant> from_rfc3339(std::string_view text) noexcept {
    if (text.size() < 20 || text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != 't')) {
        return std::nullopt;
    }
    auto const y = digits(text, 0, 4);
    auto const m = digits(text, 5, 2);
    auto const d = digits(text, 8, 2);
    auto const time = parse_clock(text);
    if (!y || !m || !d || !time || *y < 1970) return std::nullopt;
    year_month_day const date{year{*y}, month{static_cast<unsigned>(*m)}, day{static_cast<unsigned>(*d)}};
    if (!date.ok()) return std::nullopt;
    int thousandths = 0;
    auto const rest = text.substr(19);
    auto const fraction = parse_fraction(rest, thousandths);
    auto const offset = parse_offset(rest.substr(fraction));
    if (!offset) return std::nullopt;
    return instant{sys_days{date}} + hours{time->hour} + minutes{time->minute} + seconds{time->second} +
           milliseconds{thousandths} - minutes{*offset};
}

std::optional<seconds> parse_duration(std::string_view text) noexcept {
    if (text.size() < 2) return std::nullopt;
    std::int64_t count = 0;
    auto const* const end = text.data() + text.size() - 1;
    auto const [stop, fault] = std::from_chars(text.data(), end, count);
    if (fault != std::errc{} || stop != end || count < 0 || text[0] == '-') return std::nullopt;
    auto const found =
        std::find_if(units.begin(), units.end(), [&](unit const& u) { return u.letter == text.back(); });
    if (found == units.end()) return std::nullopt;
    constexpr std::int64_t longest = 100LL * 366 * 86400;
    if (count > longest / found->size) return std::nullopt;
    return seconds{count * found->size};
}

std::string to_duration_text(seconds value) {
    if (value.count() == 0) return "0s";
    auto const fits = [&](unit const& u) { return u.letter != 'w' && value.count() % u.size == 0; };
    auto const found = std::find_if(units.begin(), units.end(), fits);
    return fmt::format("{}{}", value.count() / found->size, found->letter);
}

std::string to_words(seconds value) {
    auto const count = value.count() < 0 ? -value.count() : value.count();
    for (auto const& u : units) {
        if (u.letter == 'w' || (count < 2 * u.size && u.size > 1)) continue;
        auto const whole = count / u.size;
        return fmt::format("{} {}{}", whole, u.word, whole == 1 ? "" : "s");
    }
    return "0 seconds";
}

long days_between(instant earlier, instant later) noexcept {
    return later <= earlier ? 0 : static_cast<long>(floor<days>(later - earlier).count());
}

} // namespace modelwatch
