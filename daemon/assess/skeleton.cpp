#include "daemon/assess/skeleton.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace modelwatch::assess {

namespace {

constexpr std::size_t longest = 64;

struct confusable {
    std::string_view bytes; ///< UTF-8
    char looks_like;
};

/// Letters of other scripts that fonts draw like Latin ones (a selection of Unicode's confusables), and the
/// accented letters that are easily overlooked.
constexpr auto confusables = std::to_array<confusable>(
    {{"а", 'a'}, {"А", 'a'}, {"в", 'b'}, {"В", 'b'}, {"с", 'c'}, {"С", 'c'}, {"ԁ", 'd'}, {"е", 'e'},
     {"Е", 'e'}, {"һ", 'h'}, {"Н", 'h'}, {"і", 'i'}, {"І", 'i'}, {"ӏ", 'l'}, {"ј", 'j'}, {"Ј", 'j'},
     {"к", 'k'}, {"К", 'k'}, {"м", 'm'}, {"М", 'm'}, {"п", 'n'}, {"о", 'o'}, {"О", 'o'}, {"р", 'p'},
     {"Р", 'p'}, {"ԛ", 'q'}, {"ѕ", 's'}, {"Ѕ", 's'}, {"т", 't'}, {"Т", 't'}, {"ѵ", 'v'}, {"ԝ", 'w'},
     {"х", 'x'}, {"Х", 'x'}, {"у", 'y'}, {"У", 'y'}, {"α", 'a'}, {"Α", 'a'}, {"Β", 'b'}, {"ϲ", 'c'},
     {"ε", 'e'}, {"Ε", 'e'}, {"Η", 'h'}, {"ι", 'i'}, {"Ι", 'i'}, {"κ", 'k'}, {"Κ", 'k'}, {"Μ", 'm'},
     {"ν", 'v'}, {"Ν", 'n'}, {"ο", 'o'}, {"Ο", 'o'}, {"ρ", 'p'}, {"Ρ", 'p'}, {"τ", 't'}, {"Τ", 't'},
     {"υ", 'u'}, {"χ", 'x'}, {"Χ", 'x'}, {"γ", 'y'}, {"Υ", 'y'}, {"Ζ", 'z'}, {"á", 'a'}, {"à", 'a'},
     {"â", 'a'}, {"ä", 'a'}, {"å", 'a'}, {"ç", 'c'}, {"é", 'e'}, {"è", 'e'}, {"ê", 'e'}, {"ë", 'e'},
     {"í", 'i'}, {"ì", 'i'}, {"î", 'i'}, {"ï", 'i'}, {"ı", 'i'}, {"ñ", 'n'}, {"ó", 'o'}, {"ò", 'o'},
     {"ô", 'o'}, {"ö", 'o'}, {"ú", 'u'}, {"ù", 'u'}, {"û", 'u'}, {"ü", 'u'}, {"ý", 'y'}}
);

bool is_vowel(char c) noexcept {
    return std::string_view{"aeiouyl"}.find(c) != std::string_view::npos; // l stands for i here
}

char folded(char c) noexcept {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    switch (c) {
    case '0':
        return 'o';
    case '1':
    case 'i':
        return 'l';
    case '3':
        return 'e';
    case '5':
        return 's';
    default:
        return c;
    }
}

/// Takes one character off the front.
char take(std::string_view& rest) noexcept {
    for (auto const& one : confusables) {
        if (static_cast<std::uint8_t>(rest.front()) < 0x80 || !rest.starts_with(one.bytes)) continue;
        rest.remove_prefix(one.bytes.size());
        return one.looks_like;
    }
    char const c = rest.front();
    rest.remove_prefix(1);
    return c;
}

/// "rn" -> "m", "vv" -> "w": as the text grows.
void merge_last(std::string& text) {
    auto const pair = std::string_view{text}.substr(text.size() < 2 ? 0 : text.size() - 2);
    char const drawn = pair == "rn" ? 'm' : pair == "vv" ? 'w' : '\0';
    if (drawn == '\0') return;
    text.pop_back();
    text.back() = drawn;
}

/// Whether `longer` is `shorter` with one byte more; `doubled`: which repeats its neighbour.
bool has_one_more(std::string_view longer, std::string_view shorter, bool doubled) noexcept {
    if (longer.size() != shorter.size() + 1) return false;
    std::size_t at = 0;
    while (at < shorter.size() && longer[at] == shorter[at])
        ++at;
    if (longer.substr(at + 1) != shorter.substr(at)) return false;
    return !doubled || (at > 0 && longer[at] == longer[at - 1]);
}

} // namespace

std::string skeleton(std::string_view name) {
    std::string out;
    while (!name.empty()) {
        char const c = folded(take(name));
        if (c == '-' || c == '_' || c == '.' || c == ' ') continue;
        out += c;
        merge_last(out);
    }
    return out;
}

bool is_one_slip(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return has_one_more(b, a, false) || has_one_more(a, b, true);
    auto const [left, right] = std::mismatch(a.begin(), a.end(), b.begin());
    if (left == a.end()) return false;
    auto const at = static_cast<std::size_t>(left - a.begin());
    bool const vowels = is_vowel(*left) && is_vowel(*right) && a.substr(at + 1) == b.substr(at + 1);
    bool const swapped =
        at + 1 < a.size() && a[at] == b[at + 1] && a[at + 1] == b[at] && a.substr(at + 2) == b.substr(at + 2);
    return vowels || swapped;
}

std::size_t edits_between(std::string_view a, std::string_view b, std::size_t limit) {
    auto const gap = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
    if (a.size() > longest || b.size() > longest || gap > limit) return limit + 1;
    using row = std::array<std::size_t, longest + 1>;
    row before_last{};
    row last{};
    row now{};
    for (std::size_t j = 0; j <= b.size(); ++j)
        last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        now[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            auto const replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            now[j] = std::min({last[j] + 1, now[j - 1] + 1, replaced});
            bool const swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) now[j] = std::min(now[j], before_last[j - 2] + 1);
        }
        before_last = last;
        last = now;
    }
    return std::min(last[b.size()], limit + 1);
}

} // namespace modelwatch::assess
