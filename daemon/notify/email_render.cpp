#include "daemon/notify/email_render.hpp"

#include "daemon/model/digest.hpp"
#include "daemon/notify/message_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modelwatch::notify {

namespace {

constexpr std::size_t most_references = 10;

/// What all mails about one alert refer to, so that readers show them as one thread.
std::string root_of(alert const& entry, std::string const& host) {
    return fmt::format("<alert-{}@{}>", dot_atom(entry.id, "unknown"), host);
}

std::string thread_headers(message const& what, std::string const& host) {
    if (what.alerts.empty()) return {};
    auto const sorted = worst_first(what.alerts);
    std::vector<std::string> roots;
    for (std::size_t i = 0; i < std::min(sorted.size(), most_references); ++i)
        roots.push_back(root_of(*sorted[i], host));
    auto const worst = roots.front();
    // Readers take the last reference for the parent.
    std::reverse(roots.begin(), roots.end());
    return word_header("In-Reply-To", {worst}) + word_header("References", roots);
}

std::string list_header(message const& what, std::string const& host) {
    bool const digest = what.type == message_type::digest;
    return fmt::format(
        "List-Id: {}\r\n <{}.modelwatch.{}>\r\n",
        digest ? "modelwatch digest" : "modelwatch alerts",
        digest ? "digest" : "alerts",
        host
    );
}

std::string
head(message const& what, envelope const& route, std::string const& host, std::string const& border) {
    auto const created = std::chrono::floor<std::chrono::seconds>(what.created_at).time_since_epoch().count();
    std::string out;
    out += "Date: " + mail_date(created) + "\r\n";
    out += mailbox_header("From", {route.from});
    out += mailbox_header("To", route.to);
    out += text_header("Subject", subject_line(what, 200));
    out += word_header("Message-ID", {fmt::format("<{}@{}>", dot_atom(what.id, "unknown"), host)});
    out += thread_headers(what, host);
    out += list_header(what, host);
    out += "Auto-Submitted: auto-generated\r\n";
    out += "X-Auto-Response-Suppress: All\r\n";
    out += "MIME-Version: 1.0\r\n";
    out += fmt::format("Content-Type: multipart/alternative;\r\n boundary=\"{}\"\r\n", border);
    return out;
}

std::string part(std::string_view type, std::string_view text) {
    return fmt::format(
        "Content-Type: {}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}",
        type,
        quoted_printable(text)
    );
}

} // namespace

std::string render_email(message const& what, envelope const& route) {
    auto const host = dot_atom(route.host, "localhost");
    // "=_" cannot stand in quoted-printable text, so no content can contain a border.
    auto const border = "=_" + sha256_hex(what.id).substr(0, 32);
    auto out = head(what, route, host, border);
    out += fmt::format("\r\n--{}\r\n{}", border, part("text/plain", plain_text(what, route.whom)));
    out += fmt::format("\r\n--{}\r\n{}", border, part("text/html", email_html(what, route.whom)));
    out += fmt::format("\r\n--{}--\r\n", border);
    return out;
}

} // namespace modelwatch::notify
