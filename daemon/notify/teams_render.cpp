#include "daemon/notify/teams_render.hpp"

#include "daemon/model/text.hpp"
#include "daemon/notify/message_text.hpp"
#include "daemon/notify/safe_text.hpp"
#include "daemon/notify/story.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace modelwatch::notify {

namespace {

constexpr std::size_t longest_line = 700;
constexpr std::size_t most_detail_lines = 12;

/// Pairs that mean something to some client. A space parts them: who copies the text sees it.
constexpr std::array<std::string_view, 7> meaningful_pairs{"](", "{{", "${", "@{", "<a", "<A", "</"};

json::object run(std::string_view text) {
    return json::object{{"type", "TextRun"}, {"text", teams_plain(text, longest_line)}};
}

/// One line of a card.
json::object line_of(json::array runs, std::string_view spacing = "None") {
    return json::object{{"type", "RichTextBlock"}, {"spacing", spacing}, {"inlines", std::move(runs)}};
}

json::object plain_line(std::string_view text) {
    return line_of(json::array{run(text)});
}

json::object labelled_line(std::string_view label, std::string_view text) {
    auto name = run(label);
    name["weight"] = "Bolder";
    return line_of(json::array{std::move(name), run(text)});
}

json::object code_line(std::string_view text) {
    auto words = run(text);
    words["fontType"] = "Monospace";
    words["size"] = "Small";
    return line_of(json::array{std::move(words)});
}

json::object subtle_line(std::string_view text) {
    auto words = run(text);
    words["isSubtle"] = true;
    words["size"] = "Small";
    return line_of(json::array{std::move(words)}, "Small");
}

json::object heading(std::string_view text, std::string_view colour, std::string_view size) {
    auto words = run(text);
    words["weight"] = "Bolder";
    words["color"] = colour;
    words["size"] = size;
    return line_of(json::array{std::move(words)}, "Medium");
}

std::string_view colour_of(severity level) {
    if (level >= severity::high) return "Attention";
    return level == severity::medium ? "Warning" : "Accent";
}

json::object production_line(story_text const& entry) {
    auto words = run(entry.production_words);
    words["weight"] = "Bolder";
    words["color"] = entry.production == safety::safe ? "Good" : "Attention";
    return line_of(json::array{std::move(words)});
}

json::object buttons(std::vector<named_link> const& links) {
    json::array actions;
    for (auto const& one : links)
        actions.push_back(json::object{{"type", "Action.OpenUrl"}, {"title", one.label}, {"url", one.url}});
    return json::object{{"type", "ActionSet"}, {"actions", std::move(actions)}};
}

void append_happened(json::array& lines, story_text const& entry) {
    for (auto const& one : entry.happened)
        lines.push_back(plain_line(fmt::format("• {}: {}", to_string(one.level), shortened(one.text, 500))));
    if (entry.happened_left_out != 0)
        lines.push_back(plain_line(fmt::format("and {} more: modelwatch alerts list", entry.happened_left_out)
        ));
    if (!entry.commits.empty()) lines.push_back(labelled_line("Commit: ", entry.commits));
    if (!entry.committed.empty()) lines.push_back(labelled_line("Committed ", entry.committed));
    if (!entry.rating.empty()) lines.push_back(labelled_line("Rating: ", entry.rating));
}

void append_details(json::array& lines, alert_text const& entry) {
    lines.push_back(subtle_line(fmt::format("Alert {} ({}), {}", entry.id, entry.kind, entry.times)));
    for (auto const& file : entry.files) {
        lines.push_back(code_line(file.path));
        lines.push_back(code_line("  was " + file.before));
        lines.push_back(code_line("  is  " + file.after));
    }
    if (entry.files_left_out != 0)
        lines.push_back(plain_line(fmt::format("and {} more files", entry.files_left_out)));
    if (!entry.commits.empty()) lines.push_back(code_line("commit " + entry.commits));
    auto const shown = std::min(entry.detail.size(), most_detail_lines);
    for (std::size_t i = 0; i < shown; ++i)
        if (!entry.detail[i].empty()) lines.push_back(plain_line(entry.detail[i]));
    if (shown < entry.detail.size())
        lines.push_back(plain_line(fmt::format("and {} more lines", entry.detail.size() - shown)));
}

void append_commands(json::array& lines, story_text const& entry) {
    for (auto const& one : entry.commands) {
        lines.push_back(plain_line(one.when));
        lines.push_back(code_line(one.text));
    }
}

enum class depth { in_full, brief };

json::array story_lines(story const& source, message const& what, reader const& whom, depth how_much) {
    auto const entry = tell(source, what, whom, {how_much == depth::in_full ? 6u : 1u, 5});
    json::array lines;
    auto const tags = entry.tags.empty() ? std::string{} : fmt::format(" [{}]", entry.tags);
    auto const title = fmt::format("[{}] {}{}", entry.badge, entry.title, tags);
    bool const over = what.type == message_type::resolved;
    lines.push_back(heading(title, over ? "Good" : colour_of(entry.gravest), "Default"));
    if (!entry.production_words.empty()) lines.push_back(production_line(entry));
    append_happened(lines, entry);
    for (std::size_t i = 0; i < entry.actions.size(); ++i)
        lines.push_back(labelled_line(i == 0 ? "Do now: " : "Then: ", entry.actions[i]));
    if (!entry.links.empty()) lines.push_back(buttons(entry.links));
    if (how_much == depth::brief) {
        lines.push_back(subtle_line(fmt::format("alert {}, {}", entry.details.front().id, entry.times)));
        return lines;
    }
    for (auto const& one : entry.details)
        append_details(lines, one);
    append_commands(lines, entry);
    return lines;
}

std::size_t cost(json::array const& lines) {
    return escaped_size(to_line(lines));
}

void append(json::array& body, json::array lines) {
    for (auto& line : lines)
        body.push_back(std::move(line));
}

/// The worst first, each in full while there is room and few are told of, then in brief, then counted.
void append_stories(json::array& body, message const& what, reader const& whom, std::size_t room) {
    auto const told = stories_of(what.alerts);
    auto const most = std::min(told.size(), teams_stories);
    std::size_t shown = 0;
    for (; shown < most; ++shown) {
        auto lines = story_lines(told[shown], what, whom, told.size() <= 3 ? depth::in_full : depth::brief);
        if (cost(lines) > room) lines = story_lines(told[shown], what, whom, depth::brief);
        auto const size = cost(lines);
        if (size > room) break;
        room -= size;
        append(body, std::move(lines));
    }
    if (shown < told.size())
        body.push_back(plain_line(fmt::format("and {} more: modelwatch alerts list", told.size() - shown)));
}

void append_text(json::array& body, message const& what, reader const& whom, std::size_t room) {
    for (auto const& line : printable_lines(payload_text(what, whom), teams_body)) {
        auto block = plain_line(line.empty() ? " " : line);
        auto const size = escaped_size(to_line(block)) + 1;
        if (size > room) {
            body.push_back(plain_line("The rest is left out here: modelwatch digest --preview"));
            return;
        }
        room -= size;
        body.push_back(std::move(block));
    }
}

json::object card_of(json::array body, std::string_view fallback) {
    json::object card;
    card["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json";
    card["type"] = "AdaptiveCard";
    card["version"] = "1.4";
    card["fallbackText"] = fallback;
    card["msteams"] = json::object{{"width", "Full"}};
    card["body"] = std::move(body);
    return card;
}

} // namespace

std::size_t escaped_size(std::string_view json_text) noexcept {
    std::size_t size = 0;
    for (char const c : json_text) {
        auto const byte = static_cast<unsigned char>(c);
        if (byte < 0x80)
            ++size;
        else if (byte >= 0xf0)
            size += 12; // a surrogate pair
        else if (byte >= 0xc0)
            size += 6;
    }
    return size;
}

std::string teams_plain(std::string_view text, std::size_t limit) {
    std::string out;
    auto const clean = without_links(printable(shortened(text, limit)));
    for (std::size_t i = 0; i < clean.size(); ++i) {
        out += clean[i];
        auto const pair = std::string_view{clean}.substr(i, 2);
        if (std::find(meaningful_pairs.begin(), meaningful_pairs.end(), pair) != meaningful_pairs.end())
            out += ' ';
    }
    return shortened(out, limit);
}

std::string render_teams(message const& what, reader const& whom) {
    constexpr std::size_t frame = 1'500; // envelope, heading, the last line
    auto const subject = subject_line(what, 200);
    json::array body;
    if (what.alerts.empty()) {
        body.push_back(heading(subject, "Default", "Large"));
        append_text(body, what, whom, teams_body - frame - 6 * subject.size());
    } else {
        if (stories_of(what.alerts).size() > 1) body.push_back(heading(subject, "Default", "Large"));
        append_stories(body, what, whom, teams_body - frame - 6 * subject.size());
    }
    auto const mark = what.type == message_type::test ? "test message" : "message";
    auto const front = front_links(whom);
    if (what.type == message_type::digest && !front.empty()) body.push_back(buttons(front));
    body.push_back(subtle_line(
        fmt::format("modelwatch, {} {}, {}", mark, what.id, for_people(what.created_at, whom.zone))
    ));
    json::array attachments;
    attachments.push_back(json::object{
        {"contentType", "application/vnd.microsoft.card.adaptive"},
        {"contentUrl", nullptr},
        {"content", card_of(std::move(body), teams_plain(subject, 300))}
    });
    return to_line(json::object{{"type", "message"}, {"attachments", std::move(attachments)}});
}

} // namespace modelwatch::notify
