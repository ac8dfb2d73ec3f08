#include "daemon/notify/mime.hpp"

#include "daemon/model/digest.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <stdexcept>

namespace modelwatch::notify {

namespace {

constexpr std::size_t line_columns = 78;
constexpr std::size_t word_bytes = 45; // of text per encoded word: 60 characters of base64, 72 in all

bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

/// Controls and everything else that is invisible become visible; printable() keeps the text valid UTF-8.
std::string header_safe(std::string_view value) {
    return printable(value);
}

bool needs_encoding(std::string_view value) {
    auto const outside = [](unsigned char c) { return c < 0x20 || c > 0x7e; };
    return value.find("=?") != std::string_view::npos || std::any_of(value.begin(), value.end(), outside);
}

std::string encoded_words(std::string_view value) {
    std::string out;
    while (!value.empty()) {
        auto length = std::min(word_bytes, value.size());
        while (length < value.size() && length > 1 && is_continuation(value[length]))
            --length;
        out += fmt::format("{}=?UTF-8?B?{}?=", out.empty() ? "" : "\r\n ", base64(value.substr(0, length)));
        value.remove_prefix(length);
    }
    return out;
}

/// Breaks before words; a word that is too long for a line stays whole up to the hard limit of 998.
std::string folded(std::string_view name, std::string_view value) {
    std::string out{name};
    out += ":";
    auto column = out.size();
    for (auto const word : split(value, ' ')) {
        if (word.empty()) continue;
        if (column + 1 + word.size() > line_columns && column > name.size() + 1) {
            out += "\r\n";
            column = 0;
        }
        out += ' ';
        out += word;
        column += 1 + word.size();
    }
    return out + "\r\n";
}

std::string shown(mailbox const& box) {
    if (box.name.empty()) return box.address;
    if (needs_encoding(box.name)) return encoded_words(box.name) + " <" + box.address + ">";
    std::string quoted;
    for (char const c : box.name) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return "\"" + quoted + "\" <" + box.address + ">";
}

bool is_address(std::string_view text, bool needs_domain) {
    auto const at = text.find('@');
    if (text.empty() || text.size() > 254 || text.find('@', at + 1) != std::string_view::npos) {
        if (at != std::string_view::npos || text.empty() || text.size() > 254) return false;
    }
    if (at == std::string_view::npos && needs_domain) return false;
    if (at == 0 || at == text.size() - 1) return false;
    return std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return c > 0x20 && c < 0x7f &&
               std::string_view{"<>()[],;:\\\""}.find(static_cast<char>(c)) == std::string_view::npos;
    });
}

bool stands_for_itself(char c) {
    return (c >= 33 && c <= 126 && c != '=') || c == ' ' || c == '\t';
}

std::string hex_escape(char c) {
    return fmt::format("={:02X}", static_cast<unsigned char>(c));
}

/// One line without its end. Leading dots and "From " are escaped, so that no relay ever has to alter them.
void append_line(std::string& out, std::string_view line) {
    std::size_t column = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        char const c = line[i];
        bool const last = i + 1 == line.size();
        bool const blank_at_end = last && (c == ' ' || c == '\t');
        bool const first = column == 0 && (c == '.' || (c == 'F' && line.substr(i).starts_with("From ")));
        auto piece = stands_for_itself(c) && !blank_at_end && !first ? std::string{c} : hex_escape(c);
        if (column + piece.size() > (last ? 76u : 75u)) {
            out += "=\r\n";
            column = 0;
            if (c == '.') piece = hex_escape(c);
        }
        out += piece;
        column += piece.size();
    }
}

} // namespace

mailbox parse_mailbox(std::string_view text, bool needs_domain) {
    auto const whole = trimmed(text);
    bool const broken =
        std::any_of(whole.begin(), whole.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
    mailbox box;
    auto const open = whole.rfind('<');
    if (open != std::string_view::npos && whole.ends_with('>')) {
        box.name = header_safe(trimmed(whole.substr(0, open)));
        if (box.name.size() >= 2 && box.name.front() == '"' && box.name.back() == '"')
            box.name = box.name.substr(1, box.name.size() - 2);
        box.address = whole.substr(open + 1, whole.size() - open - 2);
    } else {
        box.address = whole;
    }
    if (broken || !is_address(box.address, needs_domain))
        throw std::invalid_argument(
            fmt::format("\"{}\" is not an email address", shortened(printable(text), 120))
        );
    return box;
}

std::string text_header(std::string_view name, std::string_view value) {
    auto const safe = shortened(header_safe(value), 900);
    if (needs_encoding(safe)) return fmt::format("{}: {}\r\n", name, encoded_words(safe));
    return folded(name, safe);
}

std::string mailbox_header(std::string_view name, std::vector<mailbox> const& boxes) {
    std::string out{name};
    out += ": ";
    for (std::size_t i = 0; i < boxes.size(); ++i)
        out += (i == 0 ? "" : ",\r\n ") + shown(boxes[i]);
    return out + "\r\n";
}

std::string word_header(std::string_view name, std::vector<std::string> const& words) {
    std::string out{name};
    out += ":";
    for (std::size_t i = 0; i < words.size(); ++i)
        out += (i == 0 ? " " : "\r\n ") + words[i];
    return out + "\r\n";
}

std::string quoted_printable(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    std::size_t at = 0;
    while (at < text.size()) {
        auto const end = std::min(text.find('\n', at), text.size());
        auto line = text.substr(at, end - at);
        if (line.ends_with('\r')) line.remove_suffix(1);
        append_line(out, line);
        out += "\r\n";
        at = end + 1;
    }
    return out;
}

std::string dot_atom(std::string_view text, std::string_view fallback) {
    std::string out;
    for (char const c : text) {
        bool const fine = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.';
        if (fine && static_cast<unsigned char>(c) < 0x80 && out.size() < 200) out += c;
    }
    while (out.starts_with('.') || out.starts_with('-'))
        out.erase(0, 1);
    while (out.ends_with('.'))
        out.pop_back();
    return out.empty() ? std::string{fallback} : out;
}

std::string mail_date(long long unix_seconds) {
    using namespace std::chrono;
    constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array months{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
    };
    sys_seconds const when{seconds{unix_seconds}};
    auto const day = floor<std::chrono::days>(when);
    year_month_day const date{day};
    hh_mm_ss const time{when - day};
    return fmt::format(
        "{}, {} {} {:04} {:02}:{:02}:{:02} +0000",
        days[weekday{day}.c_encoding()],
        static_cast<unsigned>(date.day()),
        months[static_cast<unsigned>(date.month()) - 1],
        static_cast<int>(date.year()),
        time.hours().count(),
        time.minutes().count(),
        time.seconds().count()
    );
}

} // namespace modelwatch::notify
