#include "daemon/model/mending.hpp"

#include <algorithm>
#include <cstddef>

namespace modelwatch {

namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
constexpr std::string_view replacement = "\xef\xbf\xbd";
constexpr std::size_t escape_size = 6; ///< of \uXXXX

unsigned byte_at(std::string_view text, std::size_t at) noexcept {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
}

/// What may follow a lead byte: the second byte's range is narrower for overlong forms, surrogates and what
/// lies beyond U+10FFFF.
struct lead {
    std::size_t length = 0; ///< 0: no lead byte
    unsigned low = 0x80;
    unsigned high = 0xbf;
};

lead lead_of(unsigned byte) noexcept {
    if (byte < 0x80) return {1};
    if (byte >= 0xc2 && byte <= 0xdf) return {2};
    if (byte == 0xe0) return {3, 0xa0};
    if (byte == 0xed) return {3, 0x80, 0x9f};
    if (byte >= 0xe1 && byte <= 0xef) return {3};
    if (byte == 0xf0) return {4, 0x90};
    if (byte >= 0xf1 && byte <= 0xf3) return {4};
    if (byte == 0xf4) return {4, 0x80, 0x8f};
    return {};
}

/// Of a bad character the length is that of a "maximal subpart" (Unicode 3.9).
text_piece character_at(std::string_view text, std::size_t at) noexcept {
    auto const first = lead_of(byte_at(text, at));
    if (first.length == 0) return {};
    for (std::size_t i = 1; i < first.length; ++i) {
        auto const byte = byte_at(text, at + i);
        bool const fits = i == 1 ? byte >= first.low && byte <= first.high : byte >= 0x80 && byte <= 0xbf;
        if (!fits) return {i, false};
    }
    return {first.length, true};
}

/// The unit of a \uXXXX that begins at `at`.
std::optional<unsigned> unit_at(std::string_view text, std::size_t at) noexcept {
    if (at > text.size() || text.substr(at, 2) != "\\u" || text.size() - at < escape_size)
        return std::nullopt;
    unsigned unit = 0;
    for (std::size_t i = 2; i < escape_size; ++i) {
        char const c = text[at + i];
        unsigned const digit = c >= '0' && c <= '9'   ? static_cast<unsigned>(c - '0')
                               : c >= 'a' && c <= 'f' ? static_cast<unsigned>(c - 'a' + 10)
                               : c >= 'A' && c <= 'F' ? static_cast<unsigned>(c - 'A' + 10)
                                                      : 16u;
        if (digit > 15) return std::nullopt;
        unit = unit * 16 + digit;
    }
    return unit;
}

bool is_high(unsigned unit) noexcept {
    return unit >= 0xd800 && unit <= 0xdbff;
}

bool is_low(unsigned unit) noexcept {
    return unit >= 0xdc00 && unit <= 0xdfff;
}

text_piece piece_at(std::string_view text, std::size_t at) noexcept {
    return text[at] == '\\' ? json_escape_at(text, at) : character_at(text, at);
}

/// `piece` tells how much of the text stands at a place, and whether it may stay.
template <class Piece>
std::optional<std::string> mended(std::string_view text, Piece piece_of) {
    std::string out;
    std::size_t copied = 0;
    for (std::size_t at = 0; at < text.size();) {
        auto const piece = piece_of(text, at);
        if (!piece.good) {
            out.append(text, copied, at - copied).append(replacement);
            copied = at + piece.length;
        }
        at += piece.length;
    }
    if (copied == 0) return std::nullopt;
    out.append(text.substr(std::min(copied, text.size())));
    return out;
}

} // namespace

text_piece json_escape_at(std::string_view text, std::size_t at) noexcept {
    auto const unit = unit_at(text, at);
    // "\\" and "\"" go by as a whole, so that an escaped backslash never begins an escape.
    if (!unit) {
        auto const next = at + 1 < text.size() ? character_at(text, at + 1) : text_piece{0, true};
        return next.good ? text_piece{1 + next.length, true} : text_piece{1, true};
    }
    if (is_low(*unit)) return {escape_size, false};
    if (!is_high(*unit)) return {escape_size, true};
    auto const second = unit_at(text, at + escape_size);
    bool const paired = second && is_low(*second);
    return {paired ? 2 * escape_size : escape_size, paired};
}

std::optional<std::string> mended_json(std::string_view text) {
    bool const marked = text.starts_with(byte_order_mark);
    if (marked) text.remove_prefix(byte_order_mark.size());
    auto out = mended(text, piece_at);
    if (!out && marked) return std::string(text);
    return out;
}

std::optional<std::string> mended_utf8(std::string_view text) {
    return mended(text, character_at);
}

} // namespace modelwatch
