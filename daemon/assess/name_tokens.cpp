#include "daemon/assess/name_tokens.hpp"

#include "daemon/assess/name_words.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>

namespace modelwatch::assess {

namespace {

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool separates(std::string_view name, std::size_t at) noexcept {
    char const c = name[at];
    if (is_digit(c) || is_letter(c)) return false;
    bool const inside = at > 0 && at + 1 < name.size() && is_digit(name[at - 1]) && is_digit(name[at + 1]);
    return !(inside && (c == '.' || c == '_'));
}

/// Length of the run at `from` whose bytes satisfy `fits`.
template <class Fits>
std::size_t run(std::string_view text, std::size_t from, Fits fits) noexcept {
    std::size_t length = 0;
    while (from + length < text.size() && fits(text[from + length]))
        ++length;
    return length;
}

bool is_digit_or_point(char c) noexcept {
    return is_digit(c) || c == '.';
}

/// Digits behind the first word, behind a domain or behind a family that others build on are a number of
/// their own ("falcon3", "vl2", "llama3"); behind any other word they are part of it ("squad2", "window7").
bool may_be_numbered(std::string_view word, std::vector<std::string> const& before) noexcept {
    bool const first = before.empty() || (before.size() == 1 && is_vendor_prefix(before[0]));
    return first || kind_of_word(word) == word_kind::domain || is_base_family(word);
}

/// "qwen2.5" and "qwen3guard", but not "7b", "r1", "wav2vec" or "int8".
void push_unglued(std::string token, std::vector<std::string>& out) {
    std::string_view const text{token};
    auto const word = run(text, 0, is_letter);
    auto const digits = run(text, word, is_digit_or_point);
    auto const rest = text.substr(word + digits);
    bool const known_rest = rest.empty() || kind_of_word(rest) == word_kind::domain;
    bool const glued = word >= 2 && digits > 0 && known_rest && may_be_numbered(text.substr(0, word), out);
    if (!glued || is_packaging(text) || is_whole_word(text) || kind_of_word(text) != word_kind::plain) {
        out.push_back(std::move(token));
        return;
    }
    out.emplace_back(text.substr(0, word));
    out.emplace_back(text.substr(word, digits));
    if (!rest.empty()) out.emplace_back(rest);
}

/// Reads digits with at most one point; negative: none there.
double leading_number(std::string_view text, std::size_t& used) noexcept {
    double value = 0;
    double scale = 0;
    std::size_t at = 0;
    for (; at < text.size() && at < 9 && (is_digit(text[at]) || (text[at] == '.' && scale == 0 && at > 0));
         ++at) {
        if (text[at] == '.') {
            scale = 1;
            continue;
        }
        value = value * 10 + (text[at] - '0');
        if (scale != 0) scale *= 10;
    }
    used = at;
    if (at == 0 || text[at - 1] == '.') return -1;
    return scale == 0 ? value : value / scale;
}

double in_billions(double value, char unit) noexcept {
    switch (unit) {
    case 'b':
        return value;
    case 'm':
        return value / 1000;
    case 't':
        return value * 1000;
    default:
        return -1;
    }
}

bool is_bits(std::string_view token) noexcept {
    std::size_t used = 0;
    return leading_number(token, used) >= 0 && token.substr(used) == "bit";
}

/// "128g" or "g128": the group size of a quantisation.
bool is_group_size(std::string_view token) noexcept {
    if (token.size() < 3) return false;
    bool const behind = token.back() == 'g' && all_digits(token.substr(0, token.size() - 1));
    return behind || (token.front() == 'g' && all_digits(token.substr(1)));
}

/// "q4", "q8.0", "iq2", "w4a16".
bool is_quantisation(std::string_view token) noexcept {
    auto const rest = token.starts_with("iq") ? token.substr(2) : token.substr(1);
    bool const numbered = !rest.empty() && run(rest, 0, is_digit_or_point) == rest.size();
    return numbered && (token.front() == 'q' || token.starts_with("iq"));
}

} // namespace

std::vector<name_piece> name_pieces(std::string_view name) {
    std::vector<name_piece> out;
    std::size_t begin = 0;
    for (std::size_t at = 0; at <= name.size(); ++at) {
        if (at < name.size() && !separates(name, at)) continue;
        if (at > begin) out.push_back({name.substr(begin, at - begin), begin});
        begin = at + 1;
    }
    return out;
}

std::vector<std::string> name_tokens(std::string_view name) {
    std::vector<std::string> out;
    for (auto const& piece : name_pieces(name)) {
        auto token = lower(piece.text);
        std::replace(token.begin(), token.end(), '_', '.');
        push_unglued(std::move(token), out);
    }
    return out;
}

bool all_digits(std::string_view token) noexcept {
    return !token.empty() && std::all_of(token.begin(), token.end(), is_digit);
}

bool is_packaging(std::string_view token) noexcept {
    if (token.empty()) return false;
    return kind_of_word(token) == word_kind::packaging || is_bits(token) || is_group_size(token) ||
           is_quantisation(token);
}

double size_of_token(std::string_view token) noexcept {
    if (token.size() > 1 && (token.front() == 'e' || token.front() == 'a')) token.remove_prefix(1);
    std::size_t used = 0;
    double value = leading_number(token, used);
    if (value <= 0) return -1;
    auto rest = token.substr(used);
    if (rest.size() > 2 && rest.front() == 'x') { // experts: "8x7b"
        double const each = leading_number(rest.substr(1), used);
        if (each <= 0) return -1;
        value *= each;
        rest = rest.substr(1 + used);
    }
    if (rest.empty()) return -1;
    if (rest.size() == 2 && rest.front() == 'b' && is_digit(rest[1]))
        return value + (rest[1] - '0') / 10.0; // "7b1"
    return rest.size() == 1 ? in_billions(value, rest.front()) : -1;
}

std::vector<std::uint32_t> number_of_token(std::string_view token) {
    std::vector<std::uint32_t> out;
    for (auto const part : split(token, '.')) {
        if (!all_digits(part) || part.size() > 8 || out.size() == 4) return {};
        std::uint32_t value = 0;
        for (char const digit : part)
            value = value * 10 + static_cast<std::uint32_t>(digit - '0');
        out.push_back(value);
    }
    return out;
}

} // namespace modelwatch::assess
