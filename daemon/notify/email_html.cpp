#include "daemon/model/text.hpp"
#include "daemon/notify/alert_words.hpp"
#include "daemon/notify/digest_render.hpp"
#include "daemon/notify/email_render.hpp"
#include "daemon/notify/html.hpp"
#include "daemon/notify/message_text.hpp"
#include "daemon/notify/safe_text.hpp"
#include "daemon/notify/story.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modelwatch::notify {

namespace {

constexpr std::string_view block_style =
    "padding:8px 12px;border-left:1px solid #dddddd;border-right:1px solid #dddddd;"
    "word-wrap:break-word;overflow-wrap:break-word";
constexpr std::string_view heading_style = "color:#555555;font-size:12px;font-weight:bold;padding:0 0 2px 0";
constexpr std::string_view file_style = "padding:4px 0 0 0";

std::string row(std::string_view style, std::string_view inner) {
    return "<tr>" + html_element("td", style, inner) + "</tr>\n";
}

std::string block(std::string_view heading, std::string_view inner) {
    if (inner.empty()) return {};
    return row(block_style, html_element("div", heading_style, heading) + "\n" + std::string{inner});
}

std::string lines_html(std::vector<std::string> const& lines) {
    std::string out;
    for (auto const& line : lines)
        out += (out.empty() ? "" : "<br>\n") + html_text(line);
    return out;
}

std::string badge_html(severity level) {
    auto const style = fmt::format(
        "background:{};color:#ffffff;font-size:11px;font-weight:bold;padding:1px 6px;white-space:nowrap",
        html_colour(level)
    );
    return html_element("span", style, to_string(level));
}

std::string production_html(story_text const& entry) {
    if (entry.production_words.empty()) return {};
    bool const safe = entry.production == safety::safe;
    auto const style = fmt::format(
        "{};font-size:15px;font-weight:bold;color:{};background:{}",
        block_style,
        safe ? "#1b5e20" : "#8e0000",
        safe ? "#e8f5e9" : "#fdecea"
    );
    return row(style, html_text(entry.production_words));
}

std::string happened_html(story_text const& entry) {
    std::string out;
    for (auto const& one : entry.happened)
        out += html_element("div", "padding:0 0 3px 0", badge_html(one.level) + " " + html_text(one.text)) +
               "\n";
    if (entry.happened_left_out != 0)
        out += fmt::format("and {} more: modelwatch alerts list<br>\n", entry.happened_left_out);
    if (!entry.commits.empty()) out += html_element("div", "", "commit " + html_text(entry.commits)) + "\n";
    if (!entry.committed.empty())
        out += html_element("div", "", "committed " + html_text(entry.committed)) + "\n";
    return out;
}

std::string actions_html(story_text const& entry) {
    std::string out;
    for (std::size_t i = 0; i < entry.actions.size(); ++i)
        out += html_element(
            "div", "padding:0 0 3px 0", fmt::format("{}. ", i + 1) + html_text(entry.actions[i])
        );
    return out;
}

std::string links_html(story_text const& entry) {
    std::string out;
    for (auto const& one : entry.links)
        out += (out.empty() ? "" : " &nbsp;·&nbsp; ") + html_link(one.url, one.label);
    return out;
}

std::string commands_html(story_text const& entry) {
    std::string out;
    for (std::size_t i = 0; i < entry.commands.size(); ++i) {
        auto const& one = entry.commands[i];
        bool const said = i > 0 && one.when == entry.commands[i - 1].when;
        if (!said) out += html_element("div", file_style, html_text(one.when)) + "\n";
        out += html_element("div", "", html_code(one.text)) + "\n";
    }
    return out;
}

std::string files_html(alert_text const& entry) {
    std::string out;
    for (auto const& file : entry.files) {
        out += html_element("div", file_style, html_code(file.path));
        out += html_element("div", "padding-left:12px", "was " + html_code(file.before));
        out += html_element("div", "padding-left:12px", "is " + html_code(file.after)) + "\n";
    }
    if (entry.files_left_out != 0) out += fmt::format("and {} more files", entry.files_left_out);
    return out;
}

std::string details_html(alert_text const& entry) {
    auto out = html_element("div", "color:#555555", html_text(entry.kind + ", " + entry.times));
    if (!entry.detail.empty()) out += html_element("div", "", lines_html(entry.detail));
    out += files_html(entry);
    if (!entry.commits.empty()) out += html_element("div", file_style, "commit " + html_code(entry.commits));
    return block("Alert " + html_text(entry.id), out);
}

std::string story_html(story_text const& entry, message_type type) {
    auto const heading = entry.tags.empty()
                             ? fmt::format("[{}] {}", entry.badge, entry.title)
                             : fmt::format("[{}] {} [{}]", entry.badge, entry.title, entry.tags);
    auto const band = fmt::format(
        "padding:10px 12px;background:{};color:#ffffff;font-size:17px;font-weight:bold;"
        "word-wrap:break-word;overflow-wrap:break-word",
        type == message_type::resolved ? "#2e7d32" : html_colour(entry.gravest)
    );
    auto rows = row(band, html_text(heading)) + production_html(entry);
    rows += block("What changed", happened_html(entry));
    rows += block("Rating", html_text(entry.rating));
    rows += block("Do now", actions_html(entry));
    rows += block("Look", links_html(entry));
    rows += block("When you have looked at it", commands_html(entry));
    for (auto const& one : entry.details)
        rows += details_html(one);
    rows += row("border-top:1px solid #dddddd;font-size:1px;line-height:1px", "&nbsp;");
    return html_table(rows);
}

std::string alerts_html(message const& what, reader const& whom) {
    auto const told = stories_of(what.alerts);
    std::string out;
    for (std::size_t i = 0; i < std::min(told.size(), stories_in_full); ++i)
        out += story_html(tell(told[i], what, whom, {}), what.type);
    auto const listed = std::min(told.size(), stories_in_full + stories_in_one_line);
    std::string items;
    for (std::size_t i = stories_in_full; i < listed; ++i) {
        auto const badge = badge_of(told[i].head().what.level, what.type);
        items += html_element("div", "", html_text(fmt::format("[{}] {}", badge, title_of(told[i])))) + "\n";
    }
    if (listed < told.size())
        items +=
            html_element("div", "", fmt::format("and {} more: modelwatch alerts list", told.size() - listed));
    if (!items.empty()) out += html_element("div", heading_style, "Further alerts") + items;
    return out;
}

} // namespace

std::string email_html(message const& what, reader const& whom) {
    auto const title = subject_line(what, 200);
    if (!what.alerts.empty()) return html_document(title, alerts_html(what, whom));
    if (is_digest(what.payload)) return html_document(title, digest_html(what.payload, whom));
    auto const own = text_of(what.payload, "html");
    if (own.starts_with("<!DOCTYPE") || own.starts_with("<html")) return std::string{own};
    if (!own.empty()) return html_document(title, own);
    return html_document(
        title, html_element("div", "", lines_html(printable_lines(payload_text(what, whom), 1u << 20)))
    );
}

} // namespace modelwatch::notify
