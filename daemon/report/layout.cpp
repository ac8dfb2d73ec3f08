#include "daemon/report/layout.hpp"

#include "daemon/model/text.hpp"

#include <algorithm>

namespace modelwatch::report {

std::size_t columns(std::string_view text) noexcept {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    }));
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
    std::vector<std::string> out(1);
    for (auto const word : split(text, ' ')) {
        if (word.empty()) continue;
        auto& line = out.back();
        if (line.empty())
            line = word;
        else if (columns(line) + 1 + columns(word) <= width)
            line.append(" ").append(word);
        else
            out.emplace_back(word);
    }
    return out;
}

std::string padded(std::string_view text, std::size_t width) {
    std::string out{text};
    auto const taken = columns(text);
    if (taken < width) out.append(width - taken, ' ');
    return out;
}

std::string padded_left(std::string_view text, std::size_t width) {
    auto const taken = columns(text);
    return std::string(taken < width ? width - taken : 0, ' ') + std::string{text};
}

std::string hanging(std::string_view first, std::string_view text, std::size_t width) {
    constexpr std::size_t least = 20;
    auto const indent = columns(first);
    auto const room = width > indent + least ? width - indent : least;
    std::string out{first};
    bool later = false;
    for (auto const& line : wrapped(text, room)) {
        if (later) out.append(indent, ' ');
        later = true;
        out += line;
        while (out.ends_with(' '))
            out.pop_back();
        out += '\n';
    }
    return out;
}

} // namespace modelwatch::report
