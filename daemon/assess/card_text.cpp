#include "daemon/assess/card_text.hpp"

#include "daemon/assess/card_claims.hpp"
#include "daemon/assess/card_sentences.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace modelwatch::assess {

namespace {

using words = std::span<card_word const>;
using list = std::span<std::string_view const>;

constexpr std::size_t longest_quote = 240;

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
    auto const found = plain_claim(sentence, repo);
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
