#include "daemon/notify/safe_text.hpp"

#include "daemon/model/text.hpp"

#include <algorithm>
#include <cctype>

namespace modelwatch::notify {

std::string for_people(instant when) {
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
