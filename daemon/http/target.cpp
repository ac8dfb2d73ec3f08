#include "daemon/http/target.hpp"

#include "daemon/model/text.hpp"

#include <algorithm>

namespace modelwatch::http {

namespace {

int digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// printable() changes whatever could drive a terminal, forge a line or is no UTF-8.
bool is_harmless(std::string const& text) {
    return printable(text) == text;
}

std::optional<std::string> decoded(std::string_view text, bool plus_is_space) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus_is_space) {
            out += ' ';
            continue;
        }
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        auto const high = digit(text[i + 1]);
        auto const low = digit(text[i + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    if (!is_harmless(out)) return std::nullopt;
    return out;
}

std::optional<std::vector<std::string>> read_path(std::string_view text) {
    std::vector<std::string> out;
    text.remove_prefix(1);
    if (text.empty()) return out;
    for (auto const piece : split(text, '/')) {
        auto segment = decoded(piece, false);
        if (!segment || segment->empty() || *segment == "." || *segment == "..") return std::nullopt;
        if (segment->find_first_of("/\\") != std::string::npos) return std::nullopt;
        if (out.size() == max_segments) return std::nullopt;
        out.push_back(std::move(*segment));
    }
    return out;
}

std::optional<std::map<std::string, std::string>> read_query(std::string_view text) {
    std::map<std::string, std::string> out;
    if (text.empty()) return out;
    for (auto const field : split(text, '&')) {
        if (field.empty()) continue;
        auto const equals = std::min(field.find('='), field.size());
        auto name = decoded(field.substr(0, equals), true);
        auto value = decoded(field.substr(std::min(equals + 1, field.size())), true);
        if (!name || !value || out.size() == max_query_fields) return std::nullopt;
        if (!out.emplace(std::move(*name), std::move(*value)).second) return std::nullopt;
    }
    return out;
}

} // namespace

std::optional<target> parse_target(std::string_view text) {
    if (text.empty() || text.front() != '/' || text.size() > max_target) return std::nullopt;
    if (text.find('#') != std::string_view::npos) return std::nullopt;
    auto const mark = std::min(text.find('?'), text.size());
    auto path = read_path(text.substr(0, mark));
    auto query = read_query(text.substr(std::min(mark + 1, text.size())));
    if (!path || !query) return std::nullopt;
    return target{std::move(*path), std::move(*query)};
}

std::string escaped_segment(std::string_view text) {
    constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (char const c : text) {
        if (plain.find(c) != std::string_view::npos) {
            out += c;
            continue;
        }
        auto const byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

} // namespace modelwatch::http
