#pragma once

#include "daemon/assess/card_sentences.hpp"
#include "daemon/assess/card_text.hpp"

#include <string_view>

namespace modelwatch::assess {

/// A claim in a sentence, and the index of the word behind it.
struct card_phrase {
    card_claim claim = card_claim::none;
    std::size_t end = 0;
};

/// The first plain statement of a sentence that is about the model `repo` itself: "this model is deprecated",
/// "Superseded by …", "DEPRECATED". Advice is not looked for.
[[nodiscard]] card_phrase plain_claim(card_sentence const& sentence, std::string_view repo);

} // namespace modelwatch::assess
