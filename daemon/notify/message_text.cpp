#include "daemon/notify/message_text.hpp"

#include "daemon/alerting/precedence.hpp"
#include "daemon/model/text.hpp"
#include "daemon/notify/alert_words.hpp"
#include "daemon/notify/digest_render.hpp"
#include "daemon/notify/safe_text.hpp"
#include "daemon/notify/story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace modelwatch::notify {

namespace {

std::string rule() {
    return "\n" + std::string(72, '-') + "\n\n";
}

/// For a subject, where there is room for the answer only. Of a group: one that is affected decides, and "not
/// affected" is said only when it is known of all.
std::string production_mark(std::vector<story> const& told, message_type type) {
    if (type == message_type::resolved) return {};
    story all;
    for (auto const& one : told)
        all.alerts.insert(all.alerts.end(), one.alerts.begin(), one.alerts.end());
    auto const answer = safety_of(all);
    if (answer == safety::affected) return ", production AFFECTED";
    return answer == safety::safe ? ", production not affected" : "";
}

void append_block(std::string& out, std::string_view title, std::vector<std::string> const& lines) {
    if (lines.empty()) return;
    out += fmt::format("\n{}\n", title);
    for (auto const& line : lines)
        out += "  " + line + "\n";
}

std::vector<std::string> change_lines(story_text const& entry) {
    std::vector<std::string> lines;
    for (auto const& one : entry.happened)
        lines.push_back(fmt::format("[{}] {}", badge_of(one.level, message_type::opened), one.text));
    if (entry.happened_left_out != 0)
        lines.push_back(fmt::format("and {} more: modelwatch alerts list", entry.happened_left_out));
    if (!entry.commits.empty()) lines.push_back("commit " + entry.commits);
    if (!entry.committed.empty()) lines.push_back("committed " + entry.committed);
    return lines;
}

void append_details(std::string& out, alert_text const& entry) {
    auto lines = entry.detail;
    for (auto const& file : entry.files) {
        lines.push_back(file.path);
        lines.push_back("  was " + file.before);
        lines.push_back("  is  " + file.after);
    }
    if (entry.files_left_out != 0) lines.push_back(fmt::format("and {} more files", entry.files_left_out));
    if (!entry.commits.empty()) lines.push_back("commit " + entry.commits);
    lines.push_back(entry.times);
    append_block(out, fmt::format("Alert {} ({})", entry.id, entry.kind), lines);
}

void append_next_steps(std::string& out, story_text const& entry) {
    for (std::size_t i = 0; i < entry.actions.size(); ++i)
        out += fmt::format("{}: {}\n", i == 0 ? "Do now" : "Then", entry.actions[i]);
    std::vector<std::string> links;
    for (auto const& one : entry.links)
        links.push_back(one.label + ": " + one.url);
    append_block(out, "Links", links);
    std::vector<std::string> commands;
    for (std::size_t i = 0; i < entry.commands.size(); ++i) {
        auto const& one = entry.commands[i];
        if (i == 0 || one.when != entry.commands[i - 1].when) commands.push_back(one.when);
        commands.push_back("  " + one.text);
    }
    append_block(out, "When you have looked at it", commands);
}

std::string story_as_text(story_text const& entry) {
    auto out = fmt::format("[{}] {}", entry.badge, entry.title);
    if (!entry.tags.empty()) out += fmt::format(" [{}]", entry.tags);
    out += "\n";
    if (!entry.production_words.empty()) out += entry.production_words + "\n";
    append_block(out, "What changed", change_lines(entry));
    if (!entry.rating.empty()) out += "\nRating: " + entry.rating;
    out += "\n";
    append_next_steps(out, entry);
    for (auto const& one : entry.details)
        append_details(out, one);
    return out;
}

std::string group_words(std::vector<story> const& told, std::size_t alerts) {
    std::set<std::string> places;
    for (auto const& one : told)
        places.insert(place_of(one.head()));
    auto const worst = title_of(told.front());
    if (places.size() == 1) return fmt::format("{}; {} alerts in all", worst, alerts);
    return fmt::format("{} alerts in {} places, worst: {}", alerts, places.size(), worst);
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
    auto const told = stories_of(what.alerts);
    auto const& worst = told.front().head();
    auto const badge = fmt::format("[{}] ", badge_of(alerting::gravest(what.alerts), what.type));
    auto const tags = worst.tags.empty() ? std::string{} : fmt::format(" [{}]", tags_of(worst));
    auto const end = production_mark(told, what.type) + tags;
    auto const words = told.size() == 1 ? title_of(told.front()) : group_words(told, what.alerts.size());
    auto const fixed = badge.size() + end.size();
    // The labels say which deployment: a long file name gives way to them.
    if (fixed + 20 > limit) return shortened(badge + words + end, limit);
    return badge + shortened(words, limit - fixed) + end;
}

std::string payload_text(message const& what, reader const& whom) {
    if (is_digest(what.payload)) return digest_text(what.payload, whom);
    if (auto const text = text_of(what.payload, "text"); !text.empty()) return std::string{text};
    if (what.type == message_type::test)
        return "This is a test message from modelwatch. Nothing has happened and nothing needs to be done: "
               "it shows "
               "that messages of the notifier \"" +
               printable(what.notifier) + "\" arrive here.";
    return to_pretty(what.payload);
}

std::string plain_text(message const& what, reader const& whom) {
    if (what.alerts.empty()) {
        std::string out;
        for (auto const& line : printable_lines(payload_text(what, whom), 1u << 20))
            out += line + "\n";
        return out;
    }
    auto const told = stories_of(what.alerts);
    std::string out;
    for (std::size_t i = 0; i < std::min(told.size(), stories_in_full); ++i) {
        if (i != 0) out += rule();
        out += story_as_text(tell(told[i], what, whom, {}));
    }
    auto const listed = std::min(told.size(), stories_in_full + stories_in_one_line);
    if (listed > stories_in_full) out += rule() + "Further alerts\n";
    for (std::size_t i = stories_in_full; i < listed; ++i)
        out += fmt::format("  [{}] {}\n", badge_of(told[i].head().what.level, what.type), title_of(told[i]));
    if (listed < told.size())
        out += fmt::format("  and {} more: modelwatch alerts list\n", told.size() - listed);
    return out;
}

} // namespace modelwatch::notify
