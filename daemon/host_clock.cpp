#include "daemon/host_clock.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>

namespace modelwatch {

namespace {

std::string key_of(std::string const& hub) {
    return "clock:" + hub;
}

std::int64_t seconds_in(std::string const& text) {
    std::int64_t out = 0;
    std::from_chars(text.data(), text.data() + text.size(), out);
    return out;
}

} // namespace

std::string clock_words(std::string const& hub, std::chrono::seconds ahead) {
    if (ahead.count() == 0) return fmt::format("this host's clock agrees with that of {} again", hub);
    return fmt::format(
        "this host's clock is {} {} that of {}: ages, silences and due times are wrong until it is set; is a "
        "time "
        "service running?",
        to_words(std::chrono::seconds{std::abs(ahead.count())}),
        ahead.count() > 0 ? "ahead of" : "behind",
        hub
    );
}

void keep_clock(storage::store& db, std::string const& hub, std::chrono::seconds ahead) {
    auto const text = ahead.count() == 0 ? std::string{} : std::to_string(ahead.count());
    if (db.meta(key_of(hub)).value_or(std::string{}) != text) db.set_meta(key_of(hub), text);
}

json::array wrong_clocks(storage::store& db, config::settings const& settings) {
    json::array out;
    for (auto const& [hub, how] : settings.hubs) {
        std::chrono::seconds const ahead{seconds_in(db.meta(key_of(hub)).value_or(std::string{}))};
        if (ahead.count() == 0) continue;
        out.push_back(
            json::object{{"hub", hub}, {"seconds_ahead", ahead.count()}, {"text", clock_words(hub, ahead)}}
        );
    }
    return out;
}

} // namespace modelwatch
