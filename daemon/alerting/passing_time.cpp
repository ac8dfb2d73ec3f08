#include "daemon/alerting/passing_time.hpp"

#include "daemon/alerting/silencing.hpp"
#include "daemon/alerting/telling.hpp"

namespace modelwatch::alerting {

namespace {

struct passing {
    decision& out;
    std::span<silence const> silences;
    rules const& how;
    instant now;
};

bool has_lapsed(alert const& entry, instant now) {
    return entry.state == alert_state::acknowledged && entry.acknowledged_until &&
           *entry.acknowledged_until <= now;
}

/// The end of an alert that a silence kept back.
void end_late(passing const& at, alert entry) {
    if (!entry.untold || covering(at.silences, entry, at.now) != nullptr) return;
    entry.untold = false;
    entry.hold.reset();
    at.out.touched.push_back(std::move(entry));
    tell(at.out, message_type::resolved, at.how, {}, at.now);
}

void speak_again(passing const& at, alert entry) {
    entry.state = alert_state::open;
    entry.acknowledged_until.reset();
    follow_silences(entry, at.silences, entry.what.level, at.now);
    bool const held = entry.state == alert_state::silenced;
    if (held) entry.untold = true;
    auto const type = entry.announced ? message_type::reminder : message_type::opened;
    at.out.touched.push_back(std::move(entry));
    if (!held) tell(at.out, type, at.how, {}, at.now);
}

/// True when the silences have changed something about it.
bool follow(passing const& at, alert const& entry) {
    if (!entry.hold) return false;
    auto moved = entry;
    follow_silences(moved, at.silences, entry.what.level, at.now);
    if (moved.state == entry.state && moved.hold == entry.hold) return false;
    // What is away just now is told if it comes back.
    bool const audible = moved.untold && moved.state == alert_state::open && !moved.absent_since;
    at.out.touched.push_back(std::move(moved));
    if (audible) tell(at.out, news_type(at.out.touched.back()), at.how, {}, at.now);
    return true;
}

/// What a clock that was ahead has put into the future counts from now on: else it would wait for that clock.
bool mend_future(passing const& at, alert const& entry) {
    auto mended = entry;
    for (auto* const past : {&mended.last_sent_at, &mended.absent_since}) {
        if (*past && **past > at.now) *past = at.now;
    }
    if (mended.last_sent_at == entry.last_sent_at && mended.absent_since == entry.absent_since) return false;
    at.out.touched.push_back(std::move(mended));
    return true;
}

void remind(passing const& at, alert entry) {
    bool const urgent = entry.state == alert_state::open && entry.what.level >= severity::high;
    if (!urgent || !entry.announced || !entry.last_sent_at || entry.absent_since) return;
    if (at.now - *entry.last_sent_at < at.how.remind_after) return;
    entry.last_sent_at = at.now; // also when nobody takes it any more: it is not looked at every minute
    at.out.touched.push_back(std::move(entry));
    tell(at.out, message_type::reminder, at.how, {}, at.now);
}

} // namespace

decision
pass_time(std::span<alert const> alerts, std::span<silence const> silences, rules const& how, instant now) {
    decision out;
    passing const at{out, silences, how, now};
    for (auto const& entry : alerts) {
        if (!entry.active()) {
            end_late(at, entry);
        } else if (entry.absent_since && now - *entry.absent_since >= calm_after) {
            close(out, entry, std::string{gone_by_itself}, how, {}, now);
        } else if (has_lapsed(entry, now)) {
            speak_again(at, entry);
        } else if (!follow(at, entry) && !mend_future(at, entry)) {
            remind(at, entry);
        }
    }
    return out;
}

decision begin_silence(std::span<alert const> alerts, std::span<silence const> silences, instant now) {
    decision out;
    for (auto const& entry : alerts) {
        auto moved = entry;
        follow_silences(moved, silences, entry.what.level, now);
        // What an older silence has just let go is pass_time's to tell.
        if (moved.state != alert_state::silenced) continue;
        if (moved.state != entry.state || moved.hold != entry.hold) out.touched.push_back(std::move(moved));
    }
    return out;
}

} // namespace modelwatch::alerting
