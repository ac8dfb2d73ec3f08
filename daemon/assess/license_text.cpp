#include "daemon/assess/license_text.hpp"

#include "daemon/assess/license_relation.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <optional>

namespace modelwatch::assess {

namespace {

constexpr std::size_t longest_head = 1'500;   ///< where a title must stand
constexpr std::size_t longest_notice = 1'200; ///< a text up to this length only names its license

bool is_word(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+'; // "RAIL++-M" is not "RAIL-M"
}

bool holds(std::string_view text, std::string const& phrase) {
    return text.find(phrase) != std::string_view::npos;
}

bool holds_one(std::string_view text, std::vector<std::string> const& phrases) {
    return std::any_of(phrases.begin(), phrases.end(), [&](auto const& one) { return holds(text, one); });
}

bool holds_all(std::string_view text, std::vector<std::string> const& phrases) {
    return std::all_of(phrases.begin(), phrases.end(), [&](auto const& one) { return holds(text, one); });
}

bool is_text_of(std::string_view text, license_entry const& entry) {
    if (entry.titles.empty()) return !entry.phrases.empty() && holds_all(text, entry.phrases);
    if (!holds_one(text.substr(0, longest_head), entry.titles)) return false;
    return text.size() <= longest_notice || holds_all(text, entry.phrases);
}

/// Classes whose texts know no limits on use: whatever limits it was added by somebody.
bool is_free(license_class group) noexcept {
    return group == license_class::permissive || group == license_class::copyleft;
}

/// The mildest class whose phrases occur: a community license speaks of research and non-commercial use too.
std::optional<license_class> terms_in(std::string_view text, license_table const& table) {
    for (auto const& [group, phrases] : table.class_phrases()) {
        if (!is_free(group) && holds_one(text, phrases)) return group;
    }
    return std::nullopt;
}

} // namespace

std::string plain_words(std::string_view text) {
    std::string out{" "};
    for (auto const& c : lower(text)) {
        if (is_word(c)) {
            out += c;
        } else if (out.back() != ' ') {
            out += ' ';
        }
    }
    if (out.back() != ' ') out += ' ';
    return out;
}

recognized_license recognize_license(std::string_view text, license_table const& table) {
    auto const words = plain_words(text);
    recognized_license out;
    bool only_free = true;
    for (auto const& [id, entry] : table.entries()) {
        if (!is_text_of(words, entry)) continue;
        out.ids.push_back(id);
        only_free = only_free && is_free(entry.group);
    }
    if (!only_free) return out; // its own terms say it all
    if (auto const terms = terms_in(words, table)) out.terms = to_string(*terms);
    return out;
}

} // namespace modelwatch::assess
