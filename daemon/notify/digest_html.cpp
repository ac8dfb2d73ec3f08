#include "daemon/model/json_read.hpp"
#include "daemon/model/text.hpp"
#include "daemon/notify/digest_render.hpp"
#include "daemon/notify/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace modelwatch::notify {

namespace {

constexpr std::size_t longest_cell = 300;
constexpr std::string_view table_style =
    "border-collapse:collapse;width:100%;margin:0 0 20px 0;font-size:13px";
constexpr std::string_view head_style =
    "text-align:left;padding:4px 10px 4px 0;border-bottom:2px solid #888888;color:#555555;font-weight:normal";
constexpr std::string_view cell_style =
    "padding:4px 10px 4px 0;border-bottom:1px solid #dddddd;vertical-align:top;word-break:break-word";

struct shade {
    std::string_view mark;
    std::string_view colour;
};

/// Dark enough for text on white: at least 4.5 to 1.
constexpr std::array<shade, 9> shades{
    {{"critical", "#8e0000"},
     {"high", "#c62828"},
     {"medium", "#8a5300"},
     {"low", "#1565c0"},
     {"info", "#546e7a"},
     {"outdated", "#c62828"},
     {"ageing", "#8a5300"},
     {"unknown", "#546e7a"},
     {"current", "#2e7d32"}}
};

std::string_view colour_of(std::string_view mark) noexcept {
    auto const found =
        std::find_if(shades.begin(), shades.end(), [&](shade const& one) { return one.mark == mark; });
    return found == shades.end() ? "#1a1a1a" : found->colour;
}

json::array const& list_of(json::object const& object, std::string_view key) {
    static json::array const none;
    auto const* const found = object.if_contains(key);
    return found != nullptr && found->is_array() ? found->get_array() : none;
}

std::string row_html(json::object const& row, std::size_t columns) {
    std::string out;
    auto const mark = text_of(row, "mark");
    auto const& cells = list_of(row, "cells");
    for (std::size_t i = 0; i < columns; ++i) {
        auto const text = i < cells.size() && cells[i].is_string() ? std::string_view{cells[i].get_string()}
                                                                   : std::string_view{};
        auto style = std::string{cell_style};
        if (i < 2) style += ";font-weight:bold";
        if (i == 1) style += fmt::format(";color:{}", colour_of(mark));
        out += html_element("td", style, html_text(shortened(text, longest_cell)));
    }
    return html_element("tr", "", out) + "\n";
}

std::string section_html(json::object const& section) {
    std::string head;
    auto const& columns = list_of(section, "columns");
    for (auto const& name : columns)
        head += html_element("th", head_style, html_text(name.is_string() ? name.get_string() : ""));
    auto rows = html_element("tr", "", head) + "\n";
    for (auto const& one : list_of(section, "rows"))
        rows += row_html(one.as_object(), columns.size());
    auto out = html_element("h3", "margin:0 0 6px 0;font-size:15px", html_text(text_of(section, "title"))) +
               html_element("table", table_style, rows);
    auto const omitted = number_of(section, "omitted").value_or(0);
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
        auto const style =
            fmt::format("background:{};color:#ffffff;padding:4px 8px;white-space:nowrap", colour_of(name));
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

std::string digest_html(json::object const& payload) {
    auto const well = flag_of(payload, "all_well");
    auto const band = fmt::format(
        "margin:0 0 12px 0;padding:8px 12px;background:{};color:#ffffff;font-size:16px",
        well ? "#2e7d32" : "#37474f"
    );
    auto out = html_element("h2", band, html_text(text_of(payload, "headline"))) + "\n";
    if (auto const* const totals = payload.if_contains("totals"); totals != nullptr && totals->is_object())
        out += bar_html(totals->get_object());
    for (auto const& item : list_of(payload, "sections"))
        out += section_html(item.as_object());
    auto period = fmt::format("From {} to {}.", text_of(payload, "from"), text_of(payload, "to"));
    if (auto const next = text_of(payload, "next"); !next.empty())
        period += fmt::format(" The next digest: {}.", next);
    return out + html_element("p", "color:#555555", html_text(period)) + "\n";
}

} // namespace modelwatch::notify
