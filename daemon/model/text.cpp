#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace modelwatch {

namespace {

struct rune {
    char32_t value;
    std::size_t length; ///< bytes; 1 with value 0xfffd for a byte that is not UTF-8
    bool valid;
};

rune first_rune(std::string_view text) noexcept {
    auto const byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    rune const bad{0xfffd, 1, false};
    std::uint8_t const lead = byte(0);
    if (lead < 0x80) return {lead, 1, true};
    std::size_t const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return bad;
    char32_t value = lead & (0xffu >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return bad;
        value = value << 6 | (byte(i) & 0x3f);
    }
    constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
    bool const surrogate = value >= 0xd800 && value <= 0xdfff;
    if (value < smallest[length] || value > 0x10ffff || surrogate) return bad;
    return {value, length, true};
}

/// Characters that hide, reorder or drive: control characters, bidirectional marks, invisible joiners, tags.
bool deceives(char32_t c) noexcept {
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x061c || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe0fff);
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            auto const substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
        }
    }
    return row[b.size()];
}

} // namespace

bool glob_match(std::string_view pattern, std::string_view text) noexcept {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t mark = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            mark = t;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*')
        ++p;
    return p == pattern.size();
}

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        auto const next = first_rune(text);
        if (!next.valid) {
            out += fmt::format("\\x{:02x}", static_cast<std::uint8_t>(text[0]));
        } else if (next.value < 0x80 && deceives(next.value)) {
            out += fmt::format("\\x{:02x}", static_cast<unsigned>(next.value));
        } else if (deceives(next.value)) {
            out += fmt::format("\\u{{{:x}}}", static_cast<unsigned>(next.value));
        } else {
            out.append(text.substr(0, next.length));
        }
        text.remove_prefix(next.length);
    }
    return out;
}

std::string shortened(std::string_view text, std::size_t limit) {
    constexpr std::string_view mark = "…";
    if (text.size() <= limit) return std::string{text};
    std::size_t const room = limit > mark.size() ? limit - mark.size() : 0;
    std::size_t kept = 0;
    while (kept < room) {
        auto const next = first_rune(text.substr(kept));
        if (kept + next.length > room) break;
        kept += next.length;
    }
    return std::string{text.substr(0, kept)} + (limit >= mark.size() ? std::string{mark} : std::string{});
}

std::optional<std::string> nearest(std::string_view word, std::vector<std::string> const& candidates) {
    std::optional<std::string> best;
    std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (auto const& candidate : candidates) {
        auto const distance = edit_distance(word, candidate);
        if (distance < best_distance) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}

std::string_view trimmed(std::string_view text) noexcept {
    constexpr std::string_view blank = " \t\r\n\f\v";
    auto const first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::string lower(std::string_view text) {
    std::string out{text};
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        auto const at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

std::string_view short_commit(std::string_view commit) noexcept {
    return commit.size() >= 40 ? commit.substr(0, 8) : commit;
}

std::string counted(std::size_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string human_size(std::uint64_t bytes) {
    constexpr std::array<std::string_view, 5> names{"B", "kB", "MB", "GB", "TB"};
    if (bytes < 1000) return fmt::format("{} B", bytes);
    double value = static_cast<double>(bytes);
    std::size_t name = 0;
    while (value >= 999.95 && name + 1 < names.size()) {
        value /= 1000;
        ++name;
    }
    return fmt::format("{:.1f} {}", value, names[name]);
}

} // namespace modelwatch
