#include "daemon/assess/card_claims.hpp"

#include "daemon/assess/repo_name.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace modelwatch::assess {

namespace {

using words = std::span<card_word const>;
using list = std::span<std::string_view const>;

constexpr auto ended = std::to_array<std::string_view>(
    {"deprecated", "discontinued", "obsolete", "retired", "end-of-life", "unmaintained"}
);
constexpr auto followed = std::to_array<std::string_view>({"superseded", "replaced", "succeeded"});
constexpr auto upkeep =
    std::to_array<std::string_view>({"maintained", "supported", "recommended", "updated"});
constexpr auto things = std::to_array<std::string_view>(
    {"model",
     "models",
     "repo",
     "repository",
     "checkpoint",
     "checkpoints",
     "version",
     "release",
     "variant",
     "weights"}
);
constexpr auto verbs =
    std::to_array<std::string_view>({"is", "are", "was", "were", "has", "have", "been", "will", "be"});
constexpr auto adverbs = std::to_array<std::string_view>(
    {"now",
     "officially",
     "considered",
     "currently",
     "being",
     "hereby",
     "marked",
     "as",
     "also",
     "therefore",
     "already",
     "actively"}
);
/// In front of "this model" these make something else the subject, or the sentence a condition.
constexpr auto turns_away = std::to_array<std::string_view>(
    {"of",
     "by",
     "to",
     "from",
     "in",
     "for",
     "than",
     "with",
     "on",
     "if",
     "when",
     "unless",
     "until",
     "once",
     "whether",
     "before",
     "after"}
);
constexpr auto notices = std::to_array<std::string_view>(
    {"note",
     "notice",
     "warning",
     "important",
     "attention",
     "update",
     "status",
     "please",
     "caution",
     "deprecation"}
);

bool any_of(list choices, std::string_view word) noexcept {
    return std::find(choices.begin(), choices.end(), word) != choices.end();
}

std::string_view at(words text, std::size_t index) noexcept {
    return index < text.size() ? std::string_view{text[index].text} : std::string_view{};
}

card_phrase phrase_at(words text, std::size_t index) {
    auto const word = at(text, index);
    if (any_of(followed, word) && at(text, index + 1) == "by") return {card_claim::superseded, index + 2};
    if (any_of(ended, word)) return {card_claim::deprecated, index + 1};
    bool const negated = (word == "no" && at(text, index + 1) == "longer");
    if (!negated) return {};
    auto next = index + 2;
    while (any_of(adverbs, at(text, next)))
        ++next;
    if (!any_of(upkeep, at(text, next))) return {};
    // "no longer supported by llama.cpp" is about a program.
    bool const by_others =
        at(text, next) == "supported" && (at(text, next + 1) == "by" || at(text, next + 1) == "in");
    return by_others ? card_phrase{} : card_phrase{card_claim::deprecated, next + 1};
}

std::size_t first_real_word(words text) noexcept {
    std::size_t index = 0;
    while (any_of(notices, at(text, index)))
        ++index;
    return index;
}

/// "this model", "this older checkpoint", "the repository" at the start, or the model's own name.
bool is_about_itself(words text, std::size_t end, std::string_view repo) {
    if (end == 0) return false;
    auto const& last = text[end - 1];
    auto const own = lower(repo);
    if (lower(last.linked) == own || last.text == own || last.text == name_of(own)) {
        return end == 1 || !any_of(turns_away, at(text, end - 2));
    }
    if (!any_of(things, last.text)) return false;
    for (std::size_t back = 2; back <= 4 && back <= end; ++back) {
        auto const word = at(text, end - back);
        bool const points = word == "this" || word == "these";
        bool const opens = word == "the" && end - back == first_real_word(text);
        if (points || opens) return end == back || !any_of(turns_away, at(text, end - back - 1));
    }
    return false;
}

/// "this model | has been now | superseded by …"
bool is_said_of_itself(words text, std::size_t begin, std::string_view repo) {
    auto end = begin;
    bool verb = false;
    while (end > 0 && (any_of(verbs, at(text, end - 1)) || any_of(adverbs, at(text, end - 1)))) {
        verb = verb || any_of(verbs, at(text, end - 1));
        --end;
    }
    return verb && is_about_itself(text, end, repo);
}

bool has_link(words text) noexcept {
    return std::any_of(text.begin(), text.end(), [](auto const& word) { return !word.linked.empty(); });
}

/// "DEPRECATED", "Deprecated: use …", "Superseded by …", "No longer maintained."
bool is_banner(card_sentence const& sentence, std::size_t begin, card_phrase const& found) {
    words const text{sentence.words};
    if (begin != first_real_word(text)) return false;
    if (found.claim == card_claim::superseded) return has_link(text) || !sentence.in_list;
    if (found.end == text.size()) return !sentence.in_list || has_link(text);
    auto const next = at(text, found.end);
    if (any_of(things, next) && found.end + 1 == text.size()) return !sentence.in_list;
    return text[found.end - 1].ends_part && has_link(text.subspan(found.end));
}

} // namespace

card_phrase plain_claim(card_sentence const& sentence, std::string_view repo) {
    words const text{sentence.words};
    for (std::size_t index = 0; index < text.size(); ++index) {
        auto const found = phrase_at(text, index);
        if (found.claim == card_claim::none) continue;
        if (is_said_of_itself(text, index, repo) || is_banner(sentence, index, found)) return found;
    }
    return {};
}

} // namespace modelwatch::assess
