#include "daemon/notify/safe_text.hpp"

#include "daemon/model/text.hpp"

#include <date/tz.h>

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace modelwatch::notify {

namespace {

/// Bytes of the character that begins here; 0 when there is none (RFC 3629, table of well-formed sequences).
std::size_t character_at(std::string_view text) {
    auto const byte = [&](std::size_t i) {
        return static_cast<unsigned>(static_cast<unsigned char>(text[i]));
    };
    auto const lead = byte(0);
    if (lead < 0x80) return 1;
    if (lead < 0xc2 || lead > 0xf4) return 0;
    std::size_t const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(i) & 0xc0) != 0x80) return 0;
    auto const second = byte(1);
    bool const overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
    bool const surrogate = lead == 0xed && second > 0x9f;
    bool const too_high = lead == 0xf4 && second > 0x8f;
    return overlong || surrogate || too_high ? 0 : length;
}

} // namespace

std::string valid_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        auto const length = character_at(text);
        if (length == 0)
            out += "\xef\xbf\xbd";
        else
            out += text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return out;
}

std::string for_people(instant when, std::string const& zone) {
    try {
        if (zone != "UTC") {
            auto const minutes = std::chrono::floor<std::chrono::minutes>(when);
            return date::format("%F %H:%M %Z", date::make_zoned(zone, minutes));
        }
    } catch (std::runtime_error const&) { // the configuration was read on a host that knew it
    }
    auto text = to_rfc3339(when); // 2026-11-22T09:00:00Z
    if (text.size() < 16) return text;
    text[10] = ' ';
    return text.substr(0, 16) + " UTC";
}

std::string shell_word(std::string_view text) {
    auto const clean = printable(text);
    auto const plain = [](unsigned char c) {
        return std::isalnum(c) != 0 ||
               std::string_view{"._-/@:+,="}.find(static_cast<char>(c)) != std::string_view::npos;
    };
    if (!clean.empty() && clean.front() != '-' && std::all_of(clean.begin(), clean.end(), plain))
        return clean;
    std::string out = "'";
    for (char const c : clean) {
        if (c == '\'')
            out += "'\\''";
        else
            out += c;
    }
    return out + "'";
}

std::string without_links(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto const rest = text.substr(i);
        if (rest.starts_with("://")) {
            out += "[:]";
        } else if (rest[0] == '.' && i >= 3 && lower(text.substr(i - 3, 3)) == "www") {
            out += "[.]";
        } else if (rest[0] == ':' && i >= 6 && lower(text.substr(i - 6, 6)) == "mailto") {
            out += "[:]";
        } else {
            out += rest[0];
        }
    }
    return out;
}

std::string safe_url(std::string_view text) {
    if (!text.starts_with("https://") && !text.starts_with("http://")) return {};
    if (text.size() > 2000) return {};
    auto const bad = [](unsigned char c) {
        return c <= 0x20 || c >= 0x7f ||
               std::string_view{"<>\"'|\\^`{}"}.find(static_cast<char>(c)) != std::string_view::npos;
    };
    return std::any_of(text.begin(), text.end(), bad) ? std::string{} : std::string{text};
}

std::vector<std::string> printable_lines(std::string_view text, std::size_t limit) {
    std::vector<std::string> lines;
    auto const bounded = shortened(text, limit);
    for (auto line : split(bounded, '\n')) {
        if (line.ends_with('\r')) line.remove_suffix(1);
        lines.push_back(printable(line));
    }
    while (!lines.empty() && lines.back().empty())
        lines.pop_back();
    return lines;
}

} // namespace modelwatch::notify
