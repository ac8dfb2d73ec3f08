#include "daemon/net/http.hpp"

#include "daemon/net/http_date.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace modelwatch::net {

namespace {

using std::chrono::seconds;
using namespace std::string_view_literals;

constexpr seconds longest_wait{86'400};

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
    return std::ranges::equal(a, b, {}, lower, lower);
}

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

/// Takes fixed pieces off the front of a date; any miss makes the whole thing not a date.
class scanner {
public:
    explicit scanner(std::string_view text)
        : rest_{text} {}

    void text(std::string_view expected) {
        good_ = good_ && rest_.starts_with(expected);
        if (good_) {
            rest_.remove_prefix(expected.size());
        }
    }

    int number(std::size_t digits) {
        auto const field = take(digits);
        return good_ && std::ranges::all_of(field, is_digit) ? parsed(field) : fail();
    }

    /// asctime pads days with a space.
    int padded_number() {
        auto field = take(2);
        if (field.starts_with(' ')) {
            field.remove_prefix(1);
        }
        return good_ && std::ranges::all_of(field, is_digit) ? parsed(field) : fail();
    }

    unsigned month() {
        static constexpr std::array names{
            "Jan"sv,
            "Feb"sv,
            "Mar"sv,
            "Apr"sv,
            "May"sv,
            "Jun"sv,
            "Jul"sv,
            "Aug"sv,
            "Sep"sv,
            "Oct"sv,
            "Nov"sv,
            "Dec"sv
        };
        auto const found = std::ranges::find(names, take(3));
        if (found == names.end()) {
            good_ = false;
        }
        return static_cast<unsigned>(found - names.begin()) + 1;
    }

    seconds time_of_day() {
        auto const hour = number(2);
        text(":");
        auto const minute = number(2);
        text(":");
        auto const second = number(2);
        good_ = good_ && hour < 24 && minute < 60 && second <= 60;
        return seconds{hour * 3600 + minute * 60 + second};
    }

    [[nodiscard]] bool complete() const noexcept { return good_ && rest_.empty(); }

private:
    static int parsed(std::string_view digits) {
        int value = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return value;
    }

    int fail() {
        good_ = false;
        return 0;
    }

    std::string_view take(std::size_t count) {
        good_ = good_ && rest_.size() >= count;
        if (!good_) {
            return {};
        }
        auto const piece = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return piece;
    }

    std::string_view rest_;
    bool good_ = true;
};

std::optional<seconds> since_epoch(int year, unsigned month, int day, seconds time_of_day) {
    std::chrono::year_month_day const date{
        std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{static_cast<unsigned>(day)}
    };
    if (!date.ok()) {
        return std::nullopt;
    }
    return std::chrono::sys_days{date}.time_since_epoch() + time_of_day;
}

/// "06 Nov 1994 08:49:37 GMT" after "Sun, "
std::optional<seconds> read_fixed_date(std::string_view text) {
    scanner scan{text};
    auto const day = scan.number(2);
    scan.text(" ");
    auto const month = scan.month();
    scan.text(" ");
    auto const year = scan.number(4);
    scan.text(" ");
    auto const time = scan.time_of_day();
    scan.text(" GMT");
    return scan.complete() ? since_epoch(year, month, day, time) : std::nullopt;
}

/// "06-Nov-94 08:49:37 GMT" after "Sunday, "; two-digit years are of 1970 to 2069.
std::optional<seconds> read_rfc850_date(std::string_view text) {
    scanner scan{text};
    auto const day = scan.number(2);
    scan.text("-");
    auto const month = scan.month();
    scan.text("-");
    auto const year = scan.number(2);
    scan.text(" ");
    auto const time = scan.time_of_day();
    scan.text(" GMT");
    return scan.complete() ? since_epoch(year + (year < 70 ? 2000 : 1900), month, day, time) : std::nullopt;
}

/// "Nov  6 08:49:37 1994" after "Sun "
std::optional<seconds> read_asctime_date(std::string_view text) {
    scanner scan{text};
    auto const month = scan.month();
    scan.text(" ");
    auto const day = scan.padded_number();
    scan.text(" ");
    auto const time = scan.time_of_day();
    scan.text(" ");
    auto const year = scan.number(4);
    return scan.complete() ? since_epoch(year, month, day, time) : std::nullopt;
}

std::string_view trimmed(std::string_view text) {
    auto const first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

} // namespace

/// The name of the weekday adds nothing and is not checked.
std::optional<seconds> read_http_date(std::string_view text) {
    auto const comma = text.find(", ");
    if (comma == std::string_view::npos) {
        return text.size() > 4 && text[3] == ' ' ? read_asctime_date(text.substr(4)) : std::nullopt;
    }
    auto const rest = text.substr(comma + 2);
    auto const fixed = read_fixed_date(rest);
    return fixed ? fixed : read_rfc850_date(rest);
}

std::string_view http_response::header(std::string_view name) const noexcept {
    for (auto const& [key, value] : headers) {
        if (equal_ignoring_case(key, name)) {
            return value;
        }
    }
    return {};
}

bool http_response::has(std::string_view name) const noexcept {
    return std::ranges::any_of(headers, [name](auto const& field) {
        return equal_ignoring_case(field.first, name);
    });
}

std::optional<seconds> parse_retry_after(std::string_view value, std::int64_t now_unix) {
    auto const text = trimmed(value);
    if (text.empty()) {
        return std::nullopt;
    }
    if (std::ranges::all_of(text, is_digit)) {
        std::int64_t wait = 0;
        auto const outcome = std::from_chars(text.data(), text.data() + text.size(), wait);
        if (outcome.ec == std::errc::result_out_of_range) {
            return longest_wait;
        }
        return seconds{std::min<std::int64_t>(wait, longest_wait.count())};
    }
    auto const date = read_http_date(text);
    if (!date) {
        return std::nullopt;
    }
    return std::clamp(*date - seconds{now_unix}, seconds{0}, longest_wait);
}

} // namespace modelwatch::net
