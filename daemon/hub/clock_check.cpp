#include "daemon/hub/clock_check.hpp"

#include "daemon/net/http_date.hpp"

#include <charconv>
#include <cstdlib>
#include <utility>

namespace modelwatch::hub {

namespace {

using std::chrono::seconds;

constexpr seconds alike{60};

/// How long a cache has held the answer; 0 when it does not say.
seconds age_of(std::string_view text) {
    std::int64_t age = 0;
    auto const outcome = std::from_chars(text.data(), text.data() + text.size(), age);
    constexpr std::int64_t longest = 10LL * 365 * 86'400;
    bool const usable = outcome.ec == std::errc{} && age >= 0 && age <= longest;
    return seconds{usable ? age : 0};
}

bool are_alike(seconds a, seconds b) noexcept {
    return std::abs((a - b).count()) <= alike.count();
}

} // namespace

void clock_check::heard(std::string_view date, std::string_view age, std::int64_t now_unix) {
    auto const theirs = net::read_http_date(date);
    if (!theirs) return;
    auto ahead = seconds{now_unix} - *theirs - age_of(age);
    if (std::abs(ahead.count()) <= tolerated.count()) ahead = seconds{0};
    auto const before = std::exchange(last_, ahead);
    bool const proven = ahead == seconds{0} || (before && are_alike(*before, ahead));
    if (!proven || (known_ && are_alike(*known_, ahead))) return;
    known_ = ahead;
    news_ = true;
}

std::optional<seconds> clock_check::take_news() noexcept {
    return std::exchange(news_, false) ? known_ : std::nullopt;
}

} // namespace modelwatch::hub
