#include "daemon/model/text.hpp"
#include "daemon/notify/digest_render.hpp"
#include "daemon/notify/email_render.hpp"
#include "daemon/notify/html.hpp"
#include "daemon/notify/message_text.hpp"
#include "daemon/notify/safe_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modelwatch::notify {

namespace {

constexpr std::string_view mono = "font-family:Consolas,Menlo,monospace;font-size:12px;word-break:break-all";
constexpr std::string_view label_style =
    "padding:3px 12px 3px 0;vertical-align:top;color:#555555;white-space:nowrap";
constexpr std::string_view cell_style = "padding:3px 0;vertical-align:top";

std::string_view colour_of(alert const& entry, message_type type) {
    if (type == message_type::resolved) return "#2e7d32";
    switch (entry.what.level) {
    case severity::critical:
        return "#8e0000";
    case severity::high:
        return "#c62828";
    case severity::medium:
        return "#b26a00";
    case severity::low:
        return "#1565c0";
    case severity::info:
        break;
    }
    return "#546e7a";
}

std::string row(std::string_view label, std::string_view inner) {
    if (inner.empty()) return {};
    return "<tr>" + html_element("td", label_style, label) + html_element("td", cell_style, inner) +
           "</tr>\n";
}

std::string lines_html(std::vector<std::string> const& lines) {
    std::string out;
    for (auto const& line : lines)
        out += (out.empty() ? "" : "<br>\n") + html_text(line);
    return out;
}

std::string files_html(alert_text const& entry) {
    std::string out;
    for (auto const& file : entry.files) {
        out += html_element("div", mono, html_text(file.path));
        out +=
            html_element("div", fmt::format("{};padding-left:12px", mono), "was " + html_text(file.before));
        out += html_element(
            "div", fmt::format("{};padding:0 0 6px 12px", mono), "is &nbsp;" + html_text(file.after)
        );
        out += "\n";
    }
    if (entry.files_left_out != 0) out += fmt::format("and {} more files", entry.files_left_out);
    return out;
}

std::string commands_html(alert_text const& entry) {
    std::string out;
    for (auto const& command : entry.commands)
        out += html_element("div", mono, html_text(command)) + "\n";
    return out;
}

std::string alert_html(alert const& source, message const& carrier) {
    auto const entry = describe(source, carrier, 50);
    auto heading = fmt::format("[{}] {}", entry.badge, entry.title);
    if (!entry.tags.empty()) heading += fmt::format(" [{}]", entry.tags);
    auto const band = fmt::format(
        "margin:0;padding:8px 12px;background:{};color:#ffffff;font-size:16px;word-break:break-word",
        colour_of(source, carrier.type)
    );
    std::string rows;
    rows += row("In production", html_text(entry.production));
    rows += row("Rating", html_text(entry.rating));
    rows += row("Do now", html_text(entry.action));
    rows += row("What changed", lines_html(entry.detail));
    rows += row("Files", files_html(entry));
    rows += row("Commit", html_element("span", mono, html_text(entry.commits)));
    rows += row("Evidence", entry.url.empty() ? "" : html_link(entry.url, entry.url));
    rows += row("When you have<br>looked at it", commands_html(entry));
    rows += row("Alert", html_text(fmt::format("{} ({}), {}", entry.id, entry.kind, entry.times)));
    return html_element("h2", band, html_text(heading)) + "\n" +
           html_element("p", "margin:8px 12px;font-weight:bold", html_text(entry.summary)) + "\n" +
           html_element("table", "margin:0 12px 20px 12px;border-collapse:collapse", "\n" + rows) + "\n";
}

std::string alerts_html(message const& what) {
    auto const sorted = worst_first(what.alerts);
    std::string out;
    for (std::size_t i = 0; i < std::min(sorted.size(), alerts_in_full); ++i)
        out += alert_html(*sorted[i], what);
    auto const listed = std::min(sorted.size(), alerts_in_full + alerts_in_one_line);
    std::string items;
    for (std::size_t i = alerts_in_full; i < listed; ++i) {
        auto const entry = describe(*sorted[i], what, 0);
        items += html_element("li", "", html_text(fmt::format("[{}] {}", entry.badge, entry.title))) + "\n";
    }
    if (listed < sorted.size())
        items += html_element(
            "li", "", fmt::format("and {} more: modelwatch alerts list", sorted.size() - listed)
        );
    if (!items.empty()) out += html_element("h3", "", "Further alerts") + html_element("ul", "", items);
    return out;
}

} // namespace

std::string email_html(message const& what) {
    auto const title = subject_line(what, 200);
    if (!what.alerts.empty()) return html_document(title, alerts_html(what));
    if (is_digest(what.payload)) return html_document(title, digest_html(what.payload));
    auto const own = text_of(what.payload, "html");
    if (own.starts_with("<!DOCTYPE") || own.starts_with("<html")) return std::string{own};
    if (!own.empty()) return html_document(title, own);
    return html_document(
        title, html_element("div", "", lines_html(printable_lines(payload_text(what), 1u << 20)))
    );
}

} // namespace modelwatch::notify
