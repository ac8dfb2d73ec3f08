#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"
#include "daemon/notify/digest_render.hpp"
#include "daemon/notify/digest_row.hpp"
#include "daemon/notify/html.hpp"
#include "daemon/notify/story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace modelwatch::notify {

namespace {

constexpr std::string_view cell_style =
    "padding:7px 0 7px 10px;border-bottom:1px solid #dddddd;vertical-align:top;"
    "word-wrap:break-word;overflow-wrap:break-word";

struct shade {
    std::string_view mark;
    std::string_view colour;
};

/// Dark enough for text on white: at least 4.5 to 1.
constexpr std::array<shade, 14> shades{
    {{"critical", "#8e0000"},
     {"high", "#c62828"},
     {"medium", "#8a5300"},
     {"low", "#1565c0"},
     {"info", "#546e7a"},
     {"outdated", "#c62828"},
     {"ageing", "#8a5300"},
     {"unknown", "#546e7a"},
     {"current", "#2e7d32"},
     {"Low", "#2e7d32"},
     {"Low-Medium", "#558b2f"},
     {"Medium", "#b26a00"},
     {"Medium-High", "#c62828"},
     {"High", "#8e0000"}}
};

std::string_view colour_of(std::string_view mark) noexcept {
    auto const found =
        std::find_if(shades.begin(), shades.end(), [&](shade const& one) { return one.mark == mark; });
    return found == shades.end() ? "#546e7a" : found->colour;
}

/// The name leads to the reader's own page, a word beside it to the hub; where there is no own page the name
/// leads to the hub.
std::string name_html(digest_line const& line) {
    auto const& page = line.own_page.empty() ? line.hub_page : line.own_page;
    auto out = html_element("span", "font-weight:bold;font-size:14px", html_link(page, line.name));
    if (!line.badge.empty()) {
        auto const style = fmt::format(
            "background:{};color:#ffffff;font-size:11px;font-weight:bold;padding:1px 6px;white-space:nowrap",
            colour_of(line.mark)
        );
        out += " " + html_element("span", style, html_text(line.badge));
    }
    if (!line.own_page.empty() && !line.hub_page.empty())
        out += " " + html_element("span", "font-size:12px", html_link(line.hub_page, "on the hub"));
    return out;
}

/// Short facts stand in one line, longer ones in lines of their own.
std::string facts_html(digest_line const& line) {
    constexpr std::size_t short_fact = 48;
    std::string out;
    std::size_t room = 0;
    for (auto const& text : line.texts) {
        bool const joins = room >= text.size() && text.size() <= short_fact;
        out += joins ? " &nbsp;·&nbsp; " : out.empty() ? "" : "<br>\n";
        room = joins ? room - text.size() : text.size() <= short_fact ? short_fact : 0;
        out += html_text(text);
    }
    return out.empty() ? out : html_element("div", "padding:2px 0 0 0", out);
}

/// Bars out of table cells, for mail programs show no pictures of ours; the words beside say the same.
std::string trend_html(digest_line const& line) {
    auto const points = trend_of(line);
    auto const words = trend_words(points);
    if (words.empty()) return {};
    std::string bars;
    for (auto const& one : points) {
        auto const height = 4 + static_cast<int>(one.score * 28 / 100);
        bars += fmt::format(
            "<td valign=\"bottom\" style=\"padding:0 2px 0 0;vertical-align:bottom\"><table "
            "role=\"presentation\" "
            "cellpadding=\"0\" cellspacing=\"0\"><tr><td width=\"9\" height=\"{0}\" bgcolor=\"{1}\" "
            "title=\"{2}\" "
            "style=\"width:9px;height:{0}px;background:{1};font-size:1px;line-height:1px\">&nbsp;</td></tr></"
            "table></td>",
            height,
            colour_of(one.level),
            html_text(fmt::format("{}: {} {:.1f}", one.day, one.level, one.score))
        );
    }
    auto const picture = fmt::format(
        "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" style=\"border-collapse:collapse;"
        "margin:4px 0 0 0\"><tr>{}</tr></table>\n",
        bars
    );
    return picture + html_element("div", "font-size:12px;color:#555555", "Rating: " + html_text(words));
}

std::string row_html(digest_line const& line) {
    auto const edge =
        fmt::format("width:4px;background:{};border-bottom:1px solid #dddddd", colour_of(line.mark));
    return fmt::format(
        "<tr><td width=\"4\" bgcolor=\"{}\" style=\"{}\"></td><td style=\"{}\">{}\n{}{}</td></tr>\n",
        colour_of(line.mark),
        edge,
        cell_style,
        name_html(line),
        facts_html(line),
        trend_html(line)
    );
}

std::string section_html(json::object const& section, reader const& whom) {
    std::string rows;
    for (auto const& one : list_of(section, "rows")) {
        if (auto const line = line_of(section, one, whom)) rows += row_html(*line);
    }
    auto const omitted = number_of(section, "omitted").value_or(0);
    if (rows.empty() && omitted == 0) return {};
    auto out =
        html_element("h3", "margin:0 0 6px 0;font-size:16px", html_text(text_of(section, "title"))) + "\n";
    if (!rows.empty()) out += html_table(rows);
    if (omitted != 0)
        out += html_element("p", "", fmt::format("and {} more: modelwatch digest --preview", omitted));
    return out + "\n";
}

/// One table row whose cells are as wide as their share; each says its own number, so that a reader without
/// colours or widths loses nothing.
std::string bar_html(json::object const& totals) {
    auto const all = number_of(totals, "models").value_or(0);
    if (all == 0) return {};
    std::string cells;
    for (std::string_view const name : {"outdated", "unknown", "ageing", "current"}) {
        auto const number = number_of(totals, name).value_or(0);
        if (number == 0) continue;
        auto const share = std::max<std::uint64_t>(1, number * 100 / all);
        auto const style = fmt::format(
            "background:{};color:#ffffff;padding:4px 6px;font-size:12px;white-space:nowrap", colour_of(name)
        );
        cells += fmt::format(
            "<td width=\"{}%\" bgcolor=\"{}\" style=\"{}\">{} {}</td>",
            share,
            colour_of(name),
            style,
            number,
            name
        );
    }
    return html_element(
               "table", "width:100%;border-collapse:collapse;margin:0 0 20px 0", "<tr>" + cells + "</tr>"
           ) +
           "\n";
}

} // namespace

std::string digest_html(json::object const& payload, reader const& whom) {
    auto const well = flag_of(payload, "all_well");
    auto const band = fmt::format(
        "margin:0 0 8px 0;padding:10px 12px;background:{};color:#ffffff;font-size:17px",
        well ? "#2e7d32" : "#37474f"
    );
    auto out = html_element("h2", band, html_text(text_of(payload, "headline"))) + "\n";
    out += html_element("p", "margin:0 0 12px 0;color:#555555", html_text(digest_period(payload))) + "\n";
    if (auto const page = own_page(whom, {}, {}); !page.empty())
        out += html_element("p", "margin:0 0 12px 0", html_link(page, "Open in modelwatch")) + "\n";
    if (auto const* const totals = payload.if_contains("totals"); totals != nullptr && totals->is_object())
        out += bar_html(totals->get_object());
    for (auto const& item : list_of(payload, "sections"))
        out += section_html(item.as_object(), whom);
    return out;
}

} // namespace modelwatch::notify
