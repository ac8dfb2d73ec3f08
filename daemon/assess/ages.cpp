#include "daemon/assess/ages.hpp"

#include <array>

namespace modelwatch::assess {

namespace {

/// Clocks differ by minutes, time zones by hours: less than this in the future is now.
constexpr std::chrono::hours tolerance{24};

/// The name of the first limit that is not passed.
template <std::size_t Size>
std::string_view bucket(
    long days,
    std::array<std::chrono::days, Size> const& limits,
    std::array<std::string_view, Size + 1> const& names
) noexcept {
    for (std::size_t at = 0; at < Size; ++at) {
        if (days <= limits[at].count()) return names[at];
    }
    return names[Size];
}

} // namespace

std::optional<long> days_since(std::optional<instant> const& then, instant now) noexcept {
    if (!then || *then > now + tolerance) return std::nullopt;
    return days_between(*then, now);
}

std::optional<maintenance_age>
maintenance_of(evidence const& facts, rubric const& numbers, instant now) noexcept {
    if (auto const days = days_since(facts.model_changed_at, now)) return maintenance_age{*days, false};
    auto const days = days_since(facts.last_modified, now);
    if (days && *days > numbers.age_limits.back().count()) return maintenance_age{*days, true};
    return std::nullopt;
}

std::string_view age_outcome(long days, rubric const& numbers) noexcept {
    auto const& limits = numbers.age_limits;
    return bucket<2>(days, {limits[1], limits[2]}, {"young", "ageing", "old"});
}

std::string_view maintenance_outcome(long days, rubric const& numbers) noexcept {
    return bucket<3>(days, numbers.age_limits, {"active", "slow", "dormant", "abandoned"});
}

std::string_view dormancy_outcome(long days, rubric const& numbers) noexcept {
    auto const& limits = numbers.age_limits;
    return bucket<2>(days, {limits[0], limits[1]}, {"active", "quiet", "dormant"});
}

std::string day_text(instant when) {
    return to_rfc3339(when).substr(0, 10);
}

} // namespace modelwatch::assess
