#include "daemon/assess/card_text.hpp"

#include "daemon/assess/card_sentences.hpp"
#include "daemon/assess/repo_name.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

namespace modelwatch::assess {

namespace {

using words = std::span<card_word const>;
using list = std::span<std::string_view const>;

constexpr std::size_t longest_quote = 240;

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
constexpr auto askers = std::to_array<std::string_view>(
    {"please", "note",   "notice",  "warning", "important", "recommend", "recommended", "should",
     "must",   "kindly", "instead", "and",     "to",        "strongly",  "users",       "you",
     "we",     "that",   "now",     "so",      "therefore", "it",        "is",          "advise"}
);
constexpr auto conditions =
    std::to_array<std::string_view>({"if", "for", "when", "unless", "where", "whenever", "want", "need"});
constexpr auto pointers = std::to_array<std::string_view>(
    {"use",
     "using",
     "see",
     "instead",
     "successor",
     "replaced",
     "superseded",
     "newer",
     "new",
     "recommend",
     "switch",
     "migrate",
     "moved",
     "latest"}
);

bool any_of(list choices, std::string_view word) noexcept {
    return std::find(choices.begin(), choices.end(), word) != choices.end();
}

std::string_view at(words text, std::size_t index) noexcept {
    return index < text.size() ? std::string_view{text[index].text} : std::string_view{};
}

/// A claim that begins at `index`, and where it ends.
struct phrase {
    card_claim claim = card_claim::none;
    std::size_t end = 0;
};

phrase phrase_at(words text, std::size_t index) {
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
    return by_others ? phrase{} : phrase{card_claim::deprecated, next + 1};
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
bool is_banner(card_sentence const& sentence, std::size_t begin, phrase const& found) {
    words const text{sentence.words};
    if (begin != first_real_word(text)) return false;
    if (found.claim == card_claim::superseded) return has_link(text) || !sentence.in_list;
    if (found.end == text.size()) return !sentence.in_list || has_link(text);
    auto const next = at(text, found.end);
    if (any_of(things, next) && found.end + 1 == text.size()) return !sentence.in_list;
    return text[found.end - 1].ends_part && has_link(text.subspan(found.end));
}

phrase claim_in(card_sentence const& sentence, std::string_view repo) {
    words const text{sentence.words};
    for (std::size_t index = 0; index < text.size(); ++index) {
        auto const found = phrase_at(text, index);
        if (found.claim == card_claim::none) continue;
        if (is_said_of_itself(text, index, repo) || is_banner(sentence, index, found)) return found;
    }
    return {};
}

std::string link_behind(words text, std::size_t from, std::string_view repo) {
    for (auto index = from; index < text.size(); ++index) {
        auto const& linked = text[index].linked;
        if (!linked.empty() && lower(linked) != lower(repo)) return linked;
    }
    return {};
}

/// "instead", but "instead of" only before "this model".
bool says_instead(words text) {
    for (std::size_t index = 0; index < text.size(); ++index) {
        if (text[index].text != "instead") continue;
        if (at(text, index + 1) != "of" || at(text, index + 2) == "this") return true;
    }
    return false;
}

/// "(please) use X instead", said to the reader and without condition.
std::string use_instead(card_sentence const& sentence, std::string_view repo) {
    words const text{sentence.words};
    auto const has = [&](list choices) {
        return std::any_of(text.begin(), text.end(), [&](auto const& word) {
            return any_of(choices, word.text);
        });
    };
    if (has(conditions) || !says_instead(text)) return {};
    for (std::size_t index = 0; index < text.size(); ++index) {
        auto const word = at(text, index);
        if (word != "use" && word != "using") {
            if (!any_of(askers, word)) return {};
            continue;
        }
        bool const tells = index > 0 && (at(text, index - 1) == "we" || at(text, index - 1) == "users");
        if (tells) return {}; // "we use X instead": a report, not advice
        return link_behind(text.subspan(0, std::min(text.size(), index + 10)), index + 1, repo);
    }
    return {};
}

bool points_on(card_sentence const& sentence) {
    return std::any_of(sentence.words.begin(), sentence.words.end(), [](auto const& word) {
        return any_of(pointers, word.text);
    });
}

std::string quoted(std::string_view first, std::string_view second) {
    std::string out{first};
    if (!second.empty()) out += " " + std::string{second};
    std::replace_if(out.begin(), out.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
    return shortened(out, longest_quote);
}

card_statement read_sentence(std::span<card_sentence const> rest, std::string_view repo) {
    card_statement out;
    auto const& sentence = rest.front();
    auto const found = claim_in(sentence, repo);
    if (found.claim == card_claim::none) {
        out.linked = use_instead(sentence, repo);
        if (out.linked.empty()) return out;
        out.claim = card_claim::use_instead;
        out.quote = quoted(sentence.raw, {});
        return out;
    }
    out.claim = found.claim;
    out.deprecated = found.claim == card_claim::deprecated;
    out.linked = link_behind(sentence.words, found.end, repo);
    std::string_view behind;
    if (out.linked.empty() && rest.size() > 1 && points_on(rest[1])) {
        out.linked = link_behind(rest[1].words, 0, repo);
        if (!out.linked.empty()) behind = rest[1].raw;
    }
    out.quote = quoted(sentence.raw, behind);
    return out;
}

/// Advice alone never outweighs a plain statement; one with a link says more than one without.
int weight(card_statement const& statement) noexcept {
    bool const plain = statement.claim > card_claim::use_instead;
    return static_cast<int>(statement.claim) + (statement.linked.empty() ? 0 : 4) + (plain ? 8 : 0);
}

} // namespace

std::string_view to_string(card_claim value) noexcept {
    constexpr auto names =
        std::to_array<std::string_view>({"none", "use-instead", "deprecated", "superseded"});
    return names[static_cast<std::size_t>(value)];
}

card_statement read_card(std::string_view readme, std::string_view repo) {
    auto const sentences = card_sentences(card_body(readme).substr(0, card_reach));
    card_statement best;
    bool deprecated = false;
    for (std::size_t index = 0; index < sentences.size(); ++index) {
        auto said = read_sentence(std::span{sentences}.subspan(index), repo);
        deprecated = deprecated || said.deprecated;
        if (said && weight(said) > weight(best)) best = std::move(said);
    }
    best.deprecated = deprecated;
    return best;
}

} // namespace modelwatch::assess
