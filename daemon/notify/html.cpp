#include "daemon/notify/html.hpp"

#include "daemon/model/text.hpp"
#include "daemon/notify/safe_text.hpp"

#include <fmt/format.h>

namespace modelwatch::notify {

std::string html_text(std::string_view text) {
    std::string out;
    for (char const c : printable(text)) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\'':
            out += "&#39;";
            break;
        default:
            out += c;
        }
    }
    return out;
}

std::string html_element(std::string_view tag, std::string_view style, std::string_view inner) {
    if (style.empty()) return fmt::format("<{0}>{1}</{0}>", tag, inner);
    return fmt::format("<{0} style=\"{1}\">{2}</{0}>", tag, style, inner);
}

std::string html_code(std::string_view text) {
    constexpr std::size_t longest_run = 32;
    auto const clean = printable(text);
    std::string out;
    std::size_t begin = 0;
    auto const flush = [&](std::size_t end) {
        out += html_text(std::string_view{clean}.substr(begin, end - begin));
        begin = end;
    };
    for (std::size_t i = 0; i < clean.size(); ++i) {
        bool const between_characters = (static_cast<unsigned char>(clean[i]) & 0xc0) != 0x80;
        bool const after_slash = i > begin && clean[i - 1] == '/';
        if (clean[i] == ' ') flush(i);
        if (!between_characters || (i - begin < longest_run && !after_slash)) continue;
        flush(i);
        out += "<wbr>";
    }
    flush(clean.size());
    return out.empty() ? out
                       : html_element("span", "font-family:Consolas,Menlo,monospace;font-size:12px", out);
}

std::string html_link(std::string_view url, std::string_view label) {
    auto const safe = safe_url(url);
    if (safe.empty()) return html_text(label);
    return fmt::format("<a href=\"{}\">{}</a>", html_text(safe), html_text(label));
}

std::string html_document(std::string_view title, std::string_view body) {
    // A width that text is read well at; readers that know no max-width (Outlook) use the whole window. A
    // table, for some readers drop the styles of body.
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        "<meta name=\"color-scheme\" content=\"light\"><title>{}</title></head>\n"
        "<body style=\"margin:0;padding:0;background:#ffffff\">\n"
        "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" style=\"width:100%;"
        "max-width:820px;table-layout:fixed;border-collapse:collapse\"><tr><td style=\"padding:12px;"
        "font-family:Arial,Helvetica,sans-serif;font-size:14px;line-height:1.45;color:#1a1a1a;"
        "word-wrap:break-word;overflow-wrap:break-word\">\n{}\n</td></tr></table>\n</body></html>\n",
        html_text(title),
        body
    );
}

std::string html_table(std::string_view rows) {
    return fmt::format(
        "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" style=\"width:100%;"
        "table-layout:fixed;border-collapse:collapse;margin:0 0 20px 0\">\n{}</table>\n",
        rows
    );
}

std::string_view html_colour(severity level) noexcept {
    switch (level) {
    case severity::critical:
        return "#8e0000";
    case severity::high:
        return "#c62828";
    case severity::medium:
        return "#8a5300";
    case severity::low:
        return "#1565c0";
    case severity::info:
        break;
    }
    return "#546e7a";
}

} // namespace modelwatch::notify
