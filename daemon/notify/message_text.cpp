#include "daemon/notify/message_text.hpp"

#include "daemon/alerting/precedence.hpp"
#include "daemon/model/text.hpp"
#include "daemon/notify/alert_words.hpp"
#include "daemon/notify/digest_render.hpp"
#include "daemon/notify/safe_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace modelwatch::notify {

namespace {

/// For a subject, where there is room for the answer only. Of a group: one that is affected decides, and "not
/// affected" is said only when it is known of all.
std::string production_mark(std::vector<alert const*> const& sorted, message_type type) {
    if (type == message_type::resolved) return {};
    bool all_safe = true;
    for (auto const* one : sorted) {
        auto const affected = production_affected(*one);
        if (affected == true) return ", production AFFECTED";
        all_safe = all_safe && affected == false;
    }
    return all_safe ? ", production not affected" : "";
}

void append_block(std::string& out, std::string_view title, std::vector<std::string> const& lines) {
    if (lines.empty()) return;
    out += fmt::format("\n{}\n", title);
    for (auto const& line : lines)
        out += "  " + line + "\n";
}

std::vector<std::string> change_lines(alert_text const& entry) {
    auto lines = entry.detail;
    for (auto const& file : entry.files) {
        lines.push_back(file.path);
        lines.push_back("  was " + file.before);
        lines.push_back("  is  " + file.after);
    }
    if (entry.files_left_out != 0) lines.push_back(fmt::format("and {} more files", entry.files_left_out));
    if (!entry.commits.empty()) lines.push_back("commit " + entry.commits);
    return lines;
}

std::string alert_as_text(alert_text const& entry) {
    auto out = fmt::format("[{}] {}", entry.badge, entry.title);
    if (!entry.tags.empty()) out += fmt::format(" [{}]", entry.tags);
    out += "\n" + entry.summary + "\n";
    if (!entry.production.empty()) out += "In production: " + entry.production + "\n";
    if (!entry.rating.empty()) out += "Rating: " + entry.rating + "\n";
    if (!entry.action.empty()) out += "Do now: " + entry.action + "\n";
    append_block(out, "What changed", change_lines(entry));
    if (!entry.url.empty()) append_block(out, "Evidence", {entry.url});
    append_block(out, "When you have looked at it", entry.commands);
    out += fmt::format("\nAlert {} ({}), {}\n", entry.id, entry.kind, entry.times);
    return out;
}

std::string group_words(std::vector<alert const*> const& sorted) {
    std::set<std::string> places;
    for (auto const* one : sorted)
        places.insert(place_of(*one));
    auto const& worst = *sorted.front();
    if (places.size() == 1)
        return fmt::format("{}: {} alerts, worst: {}", place_of(worst), sorted.size(), event_words(worst));
    return fmt::format("{} alerts in {} places, worst: {}", sorted.size(), places.size(), title_of(worst));
}

} // namespace

std::vector<alert const*> worst_first(std::vector<alert> const& alerts) {
    std::vector<alert const*> sorted;
    for (auto const& one : alerts)
        sorted.push_back(&one);
    std::sort(sorted.begin(), sorted.end(), [](alert const* left, alert const* right) {
        return alerting::said_before(*left, *right);
    });
    return sorted;
}

std::string subject_line(message const& what, std::size_t limit) {
    if (what.type == message_type::test)
        return shortened("[TEST] This is a test message from modelwatch", limit);
    if (what.type == message_type::digest || what.alerts.empty()) {
        auto const subject = one_line(text_of(what.payload, "subject"), limit);
        return subject.empty() ? shortened("modelwatch digest", limit) : subject;
    }
    auto const sorted = worst_first(what.alerts);
    auto const& worst = *sorted.front();
    auto const badge = fmt::format("[{}] ", badge_of(alerting::gravest(what.alerts), what.type));
    auto const tags = worst.tags.empty() ? std::string{} : fmt::format(" [{}]", tags_of(worst));
    auto const end = production_mark(sorted, what.type) + tags;
    auto const words = sorted.size() == 1 ? title_of(worst) : group_words(sorted);
    auto const fixed = badge.size() + end.size();
    // The labels say which deployment: a long file name gives way to them.
    if (fixed + 20 > limit) return shortened(badge + words + end, limit);
    return badge + shortened(words, limit - fixed) + end;
}

std::string payload_text(message const& what) {
    if (is_digest(what.payload)) return digest_text(what.payload);
    if (auto const text = text_of(what.payload, "text"); !text.empty()) return std::string{text};
    if (what.type == message_type::test)
        return "This is a test message from modelwatch. Nothing has happened and nothing needs to be done: "
               "it shows "
               "that messages of the notifier \"" +
               printable(what.notifier) + "\" arrive here.";
    return to_pretty(what.payload);
}

std::string plain_text(message const& what) {
    if (what.alerts.empty()) {
        std::string out;
        for (auto const& line : printable_lines(payload_text(what), 1u << 20))
            out += line + "\n";
        return out;
    }
    auto const sorted = worst_first(what.alerts);
    std::string out;
    for (std::size_t i = 0; i < std::min(sorted.size(), alerts_in_full); ++i) {
        if (i != 0) out += "\n" + std::string(72, '-') + "\n\n";
        out += alert_as_text(describe(*sorted[i], what, 50));
    }
    auto const listed = std::min(sorted.size(), alerts_in_full + alerts_in_one_line);
    if (listed > alerts_in_full) out += "\n" + std::string(72, '-') + "\n\nFurther alerts\n";
    for (std::size_t i = alerts_in_full; i < listed; ++i)
        out += fmt::format("  [{}] {}\n", badge_of(sorted[i]->what.level, what.type), title_of(*sorted[i]));
    if (listed < sorted.size())
        out += fmt::format("  and {} more: modelwatch alerts list\n", sorted.size() - listed);
    return out;
}

} // namespace modelwatch::notify
