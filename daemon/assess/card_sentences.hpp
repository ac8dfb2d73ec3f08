#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::assess {

/// One word of a card, lower case, without markup and punctuation around it.
struct card_word {
    std::string text;
    std::string linked;     ///< id of the model on the Hub that the word links to or is; else empty
    bool ends_part = false; ///< a colon, comma, dash or the like stood behind it
};

struct card_sentence {
    std::string_view raw; ///< as it stands in the card
    std::vector<card_word> words;
    bool in_list = false;
};

/// README without its YAML front matter.
[[nodiscard]] std::string_view card_body(std::string_view readme) noexcept;

/// The sentences of a Markdown text that readers see as prose: no code blocks, no comments. Words of links
/// are those of their text. `text` must outlive the sentences.
[[nodiscard]] std::vector<card_sentence> card_sentences(std::string_view text);

} // namespace modelwatch::assess
