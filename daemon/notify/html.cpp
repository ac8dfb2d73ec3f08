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

std::string html_link(std::string_view url, std::string_view label) {
    auto const safe = safe_url(url);
    if (safe.empty()) return html_text(label);
    return fmt::format("<a href=\"{}\">{}</a>", html_text(safe), html_text(label));
}

std::string html_document(std::string_view title, std::string_view body) {
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title></head>\n"
        "<body "
        "style=\"margin:0;padding:16px;font-family:Arial,Helvetica,sans-serif;font-size:14px;color:#1a1a1a\">"
        "\n"
        "{}\n</body></html>\n",
        html_text(title),
        body
    );
}

} // namespace modelwatch::notify
