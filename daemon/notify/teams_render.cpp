#include "daemon/notify/teams_render.hpp"

#include "daemon/model/text.hpp"
#include "daemon/notify/message_text.hpp"
#include "daemon/notify/safe_text.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace modelwatch::notify {

namespace {

constexpr std::string_view zero_width_space = "\u200b";
constexpr std::size_t longest_line = 700;
constexpr std::size_t most_detail_lines = 12;

/// Pairs that mean something to some client; a zero-width space parts them.
constexpr std::array<std::string_view, 8> meaningful_pairs{"](", "{{", "${", "@{", "<a", "<A", "</", ":/"};

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

std::string_view colour_of(alert const& entry, message_type type) {
    if (type == message_type::resolved) return "Good";
    if (entry.what.level >= severity::high) return "Attention";
    return entry.what.level == severity::medium ? "Warning" : "Accent";
}

json::object evidence_button(std::string const& url) {
    json::array actions;
    actions.push_back(json::object{{"type", "Action.OpenUrl"}, {"title", "Evidence on the hub"}, {"url", url}}
    );
    return json::object{{"type", "ActionSet"}, {"actions", std::move(actions)}};
}

void append_changes(json::array& lines, alert_text const& entry) {
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
    for (auto const& command : entry.commands)
        lines.push_back(code_line(command));
}

enum class depth { in_full, brief };

json::array alert_lines(alert const& source, message const& what, depth how_much) {
    auto const entry = describe(source, what, how_much == depth::in_full ? 5 : 0);
    json::array lines;
    auto const tags = entry.tags.empty() ? std::string{} : fmt::format(" [{}]", entry.tags);
    auto const title = fmt::format("[{}] {}{}", entry.badge, entry.title, tags);
    lines.push_back(heading(title, colour_of(source, what.type), "Default"));
    if (!entry.summary.empty()) lines.push_back(plain_line(entry.summary));
    if (!entry.production.empty()) lines.push_back(labelled_line("In production: ", entry.production));
    if (!entry.rating.empty()) lines.push_back(labelled_line("Rating: ", entry.rating));
    if (!entry.action.empty()) lines.push_back(labelled_line("Do now: ", entry.action));
    if (how_much == depth::in_full) append_changes(lines, entry);
    if (!entry.url.empty()) lines.push_back(evidence_button(entry.url));
    lines.push_back(subtle_line(fmt::format("alert {} ({}), {}", entry.id, entry.kind, entry.times)));
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
void append_alerts(json::array& body, message const& what, std::size_t room) {
    auto const sorted = worst_first(what.alerts);
    auto const most = std::min(sorted.size(), teams_alerts);
    std::size_t shown = 0;
    for (; shown < most; ++shown) {
        auto lines = alert_lines(*sorted[shown], what, sorted.size() <= 3 ? depth::in_full : depth::brief);
        if (cost(lines) > room) lines = alert_lines(*sorted[shown], what, depth::brief);
        auto const size = cost(lines);
        if (size > room) break;
        room -= size;
        append(body, std::move(lines));
    }
    if (shown < sorted.size())
        body.push_back(plain_line(fmt::format("and {} more: modelwatch alerts list", sorted.size() - shown)));
}

void append_text(json::array& body, message const& what, std::size_t room) {
    for (auto const& line : printable_lines(payload_text(what), teams_body)) {
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
    auto const clean = printable(shortened(text, limit));
    for (std::size_t i = 0; i < clean.size(); ++i) {
        out += clean[i];
        auto const pair = std::string_view{clean}.substr(i, 2);
        if (std::find(meaningful_pairs.begin(), meaningful_pairs.end(), pair) != meaningful_pairs.end())
            out += zero_width_space;
    }
    return shortened(out, limit);
}

std::string render_teams(message const& what) {
    constexpr std::size_t frame = 1'500; // envelope, heading, the last line
    auto const subject = subject_line(what, 200);
    json::array body;
    if (what.alerts.empty()) {
        body.push_back(heading(subject, "Default", "Large"));
        append_text(body, what, teams_body - frame - 6 * subject.size());
    } else {
        if (what.alerts.size() > 1) body.push_back(heading(subject, "Default", "Large"));
        append_alerts(body, what, teams_body - frame - 6 * subject.size());
    }
    auto const mark = what.type == message_type::test ? "test message" : "message";
    body.push_back(
        subtle_line(fmt::format("modelwatch, {} {}, {}", mark, what.id, for_people(what.created_at)))
    );
    json::array attachments;
    attachments.push_back(json::object{
        {"contentType", "application/vnd.microsoft.card.adaptive"},
        {"contentUrl", nullptr},
        {"content", card_of(std::move(body), teams_plain(subject, 300))}
    });
    return to_line(json::object{{"type", "message"}, {"attachments", std::move(attachments)}});
}

} // namespace modelwatch::notify
