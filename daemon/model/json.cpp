// Every JSON that leaves the program or is stored is written here. Numbers come as people write them: 22.0
// and 0.85, never 2.2E1; integers stay integers.

#include "daemon/model/json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/string.hpp>
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace modelwatch {

namespace {

/// "53.5" where Boost.JSON says 5.35E1, and "22.0" for a whole number: it stays one with a fraction when it
/// is read again. The shortest digits that give the same number back; an exponent only where nobody counts
/// zeros.
void write_number(double number, std::string& out) {
    if (!std::isfinite(number)) { // JSON has no word for it
        out += "null";
        return;
    }
    auto const size = std::abs(number);
    bool const plain = number == 0 || (size >= 1e-9 && size < 1e21);
    std::array<char, 64> text{};
    auto const format = plain ? std::chars_format::fixed : std::chars_format::scientific;
    auto const end = std::to_chars(text.data(), text.data() + text.size(), number, format).ptr;
    std::string_view const written{text.data(), static_cast<std::size_t>(end - text.data())};
    out += written;
    if (plain && written.find('.') == std::string_view::npos) out += ".0";
}

void write_escape(char c, std::string& out) {
    constexpr std::string_view named = "\"\\\b\f\n\r\t";
    constexpr std::string_view letters = "\"\\bfnrt";
    auto const at = named.find(c);
    if (at != std::string_view::npos) {
        out += '\\';
        out += letters[at];
    } else {
        out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    }
}

/// Byte for byte what Boost.JSON writes: hashes are made of it.
void write_text(std::string_view text, std::string& out) {
    out += '"';
    std::size_t written = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const c = text[i];
        if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') continue;
        out += text.substr(written, i - written);
        write_escape(c, out);
        written = i + 1;
    }
    out += text.substr(written);
    out += '"';
}

/// How values stand apart: all on one line, or one below the other.
class layout {
public:
    explicit layout(bool indented)
        : indented_(indented) {}

    void open(char bracket, std::string& out) {
        out += bracket;
        ++depth_;
    }

    void next(bool first, std::string& out) const {
        if (!first) out += ',';
        new_line(out);
    }

    void close(bool empty, char bracket, std::string& out) {
        --depth_;
        if (!empty) new_line(out);
        out += bracket;
    }

    [[nodiscard]] std::string_view colon() const noexcept { return indented_ ? ": " : ":"; }

private:
    void new_line(std::string& out) const {
        if (!indented_) return;
        out += '\n';
        out.append(2 * depth_, ' ');
    }

    bool indented_;
    std::size_t depth_ = 0;
};

void write(json::value const& value, layout& lines, std::string& out);

void write(json::object const& object, layout& lines, std::string& out) {
    lines.open('{', out);
    bool first = true;
    for (auto const& member : object) {
        lines.next(std::exchange(first, false), out);
        write_text(member.key(), out);
        out += lines.colon();
        write(member.value(), lines, out);
    }
    lines.close(object.empty(), '}', out);
}

void write(json::array const& array, layout& lines, std::string& out) {
    lines.open('[', out);
    bool first = true;
    for (auto const& item : array) {
        lines.next(std::exchange(first, false), out);
        write(item, lines, out);
    }
    lines.close(array.empty(), ']', out);
}

void write(json::value const& value, layout& lines, std::string& out) {
    switch (value.kind()) {
    case json::kind::object:
        return write(value.get_object(), lines, out);
    case json::kind::array:
        return write(value.get_array(), lines, out);
    case json::kind::string:
        return write_text(value.get_string(), out);
    case json::kind::double_:
        return write_number(value.get_double(), out);
    case json::kind::int64:
        out += std::to_string(value.get_int64());
        return;
    case json::kind::uint64:
        out += std::to_string(value.get_uint64());
        return;
    case json::kind::bool_:
        out += value.get_bool() ? "true" : "false";
        return;
    case json::kind::null:
        out += "null";
        return;
    }
}

std::string written(json::value const& value, bool indented) {
    std::string out;
    layout lines{indented};
    write(value, lines, out);
    return out;
}

} // namespace

std::string_view text_of(json::object const& object, std::string_view key) noexcept {
    auto const* const found = object.if_contains(key);
    auto const* const text = found == nullptr ? nullptr : found->if_string();
    return text == nullptr ? std::string_view{} : std::string_view{*text};
}

std::string to_line(json::value const& value) {
    return written(value, false);
}

std::string to_pretty(json::value const& value) {
    return written(value, true) + '\n';
}

} // namespace modelwatch
