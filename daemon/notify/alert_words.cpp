#include "daemon/notify/alert_words.hpp"

#include "daemon/model/text.hpp"
#include "daemon/notify/safe_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modelwatch::notify {

namespace {

std::string upper(std::string_view text) {
    std::string out{text};
    std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) {
        return static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    });
    return out;
}

} // namespace

std::string one_line(std::string_view text, std::size_t limit) {
    return shortened(without_links(printable(shortened(text, limit))), limit);
}

std::string badge_of(severity level, message_type type) {
    switch (type) {
    case message_type::resolved:
        return "RESOLVED";
    case message_type::updated:
        return upper(to_string(level)) + ", updated";
    case message_type::reminder:
        return upper(to_string(level)) + ", reminder";
    default:
        return upper(to_string(level));
    }
}

std::string event_words(alert const& entry) {
    std::string words{to_string(entry.what.kind)};
    std::replace(words.begin(), words.end(), '-', ' ');
    if (!entry.what.subject.empty()) words += fmt::format(" ({})", one_line(entry.what.subject, 100));
    return words;
}

std::string place_of(alert const& entry) {
    if (!entry.repo.empty()) return one_line(entry.repo, 120);
    auto place = one_line(entry.watch_key, 120);
    if (auto const slash = place.find('/'); slash != std::string::npos) place[slash] = ' ';
    return place.empty() ? "modelwatch" : place;
}

std::string title_of(alert const& entry) {
    return place_of(entry) + ": " + event_words(entry);
}

std::string tags_of(alert const& entry) {
    std::string out;
    for (auto const& [key, value] : entry.tags)
        out += fmt::format("{}{}={}", out.empty() ? "" : ", ", key, value);
    return one_line(out, 80);
}

std::optional<bool> production_affected(alert const& entry) {
    if (entry.what.kind == alert_kind::deployed_drift) return true;
    auto const* affected = entry.what.evidence.if_contains("deployed_affected");
    if (affected == nullptr || !affected->is_bool()) return std::nullopt;
    return affected->get_bool();
}

} // namespace modelwatch::notify
