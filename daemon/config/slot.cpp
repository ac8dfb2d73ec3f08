#include "daemon/config/slot.hpp"

#include <date/tz.h>

#include <stdexcept>

namespace modelwatch::config {

namespace {

/// A week, and a day on either side: the calendar day of a zone may not be that of UTC.
constexpr int days_looked_at = 9;

date::local_days day_of(date::time_zone const& zone, instant when) {
    return date::floor<date::days>(zone.to_local(when));
}

bool names(weekly_schedule const& schedule, date::local_days day) {
    return schedule.days[date::weekday{day}.c_encoding()];
}

instant slot_on(weekly_schedule const& schedule, date::time_zone const& zone, date::local_days day) {
    date::local_seconds const time{day + schedule.at};
    auto const found = zone.get_info(time);
    if (found.result == date::local_info::nonexistent) return found.first.end;
    return date::sys_seconds{time.time_since_epoch() - found.first.offset};
}

} // namespace

instant next_slot(weekly_schedule const& schedule, std::string const& zone, instant after) {
    auto const& place = *date::locate_zone(zone);
    auto day = day_of(place, after) - date::days{1};
    for (int i = 0; i < days_looked_at; ++i, day += date::days{1}) {
        if (!names(schedule, day)) continue;
        auto const slot = slot_on(schedule, place, day);
        if (slot > after) return slot;
    }
    throw std::runtime_error("a schedule without a day");
}

std::optional<instant>
due_slot(weekly_schedule const& schedule, std::string const& zone, instant after, instant now) {
    auto const& place = *date::locate_zone(zone);
    auto day = day_of(place, now) + date::days{1};
    for (int i = 0; i < days_looked_at; ++i, day -= date::days{1}) {
        if (!names(schedule, day)) continue;
        auto const slot = slot_on(schedule, place, day);
        if (slot <= now) return slot > after ? std::optional{slot} : std::nullopt;
    }
    return std::nullopt;
}

} // namespace modelwatch::config
