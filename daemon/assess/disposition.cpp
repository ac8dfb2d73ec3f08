#include "daemon/assess/assessment.hpp"

#include <array>

namespace modelwatch::assess {

namespace {

struct row {
    std::string_view required;
    std::chrono::days review;
};

using std::chrono::days;

/// By risk_level, each with what the ones before it ask for (assess.md 2.8).
constexpr std::array<row, 5> dispositions{
    {{"standard intake; pin by commit; a named owner", days{365}},
     {"standard intake; pin by commit; a named owner; conditions recorded (plan for the successor, note on "
      "the "
      "license)",
      days{365}},
     {"standard intake; pin by commit; a named owner; conditions recorded; security review; publisher record "
      "(TPRM light); internal mirror",
      days{182}},
     {"standard intake; pin by commit; a named owner; conditions recorded; security review; internal mirror; "
      "full TPRM; legal review; CISO approval",
      days{91}},
     {"do not use directly: go to the origin, rebuild it, or have the CISO sign an exception with an end "
      "date",
      days{30}}}
};

} // namespace

std::string_view disposition_of(risk_level rating) noexcept {
    return dispositions[static_cast<std::size_t>(rating)].required;
}

std::chrono::days review_interval_of(risk_level rating) noexcept {
    return dispositions[static_cast<std::size_t>(rating)].review;
}

std::string_view assessment::disposition() const noexcept {
    return disposition_of(rating_);
}

days assessment::review_interval() const noexcept {
    return review_interval_of(rating_);
}

} // namespace modelwatch::assess
