#include "daemon/report/markup.hpp"

#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace modelwatch::report {

namespace {

constexpr std::size_t longest_url = 2048;

std::string_view html_entity(char c) noexcept {
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return {};
    }
}

/// Backslashes do for most; what a host turns into links and mentions by itself needs entities.
std::string markdown_character(char c) {
    constexpr std::string_view punctuation = "\\`*_{}[]()#+-!|~$^=";
    if (c == ':' || c == '@' || c == '.') return fmt::format("&#{};", static_cast<int>(c));
    if (auto const entity = html_entity(c); !entity.empty()) return std::string{entity};
    if (punctuation.find(c) != std::string_view::npos) return {'\\', c};
    return {c};
}

bool is_unreserved(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

} // namespace

std::string html_text(std::string_view text) {
    std::string out;
    for (char const c : printable(text)) {
        auto const entity = html_entity(c);
        if (entity.empty())
            out += c;
        else
            out += entity;
    }
    return out;
}

std::string html_words(std::string_view text) {
    std::string out;
    bool code = false;
    for (auto const part : split(text, '`')) {
        out += code ? "<code>" + html_text(part) + "</code>" : html_text(part);
        code = !code;
    }
    return out;
}

std::string markdown_text(std::string_view text) {
    // Dots and colons matter only where they could make an address; elsewhere they stay readable.
    bool const linkable =
        text.find("://") != std::string_view::npos || lower(text).find("www.") != std::string::npos;
    std::string out;
    for (char const c : printable(text)) {
        bool const harmless = (c == '.' || c == ':') && !linkable;
        if (harmless || c == '-' || c == '(' || c == ')' || c == '=')
            out += c;
        else
            out += markdown_character(c);
    }
    // Only the beginning of a line makes lists and headings.
    if (!out.empty() && (out.front() == '-' || out.front() == '=')) out.insert(out.begin(), '\\');
    return out;
}

std::string markdown_code(std::string_view text) {
    auto const plain = [](char c) {
        return is_unreserved(c) || std::string_view{"/:+=@, "}.find(c) != std::string_view::npos;
    };
    bool const tame = !text.empty() && std::all_of(text.begin(), text.end(), plain);
    return tame ? "`" + std::string{text} + "`" : markdown_text(text);
}

std::string percent_encoded(std::string_view text, std::string_view kept) {
    std::string out;
    for (char const c : text) {
        if (is_unreserved(c) || kept.find(c) != std::string_view::npos)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<std::uint8_t>(c));
    }
    return out;
}

std::string_view safe_url(std::string_view text) noexcept {
    bool const web = text.starts_with("https://") || text.starts_with("http://");
    auto const bad = [](char c) {
        return static_cast<std::uint8_t>(c) <= 0x20 || static_cast<std::uint8_t>(c) >= 0x7f ||
               std::string_view{"\"'<>`\\^{|}"}.find(c) != std::string_view::npos;
    };
    if (!web || text.size() > longest_url || std::any_of(text.begin(), text.end(), bad)) return {};
    return text;
}

} // namespace modelwatch::report
