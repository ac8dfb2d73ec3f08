#pragma once

#include <string>
#include <string_view>

namespace modelwatch::assess {

/// What a model card says about the model's own end, in rising order of weight.
enum class card_claim {
    none,
    use_instead, ///< "please use X instead"; may only be a hint to another variant
    deprecated,  ///< "this model is deprecated", "no longer maintained"
    superseded   ///< "this model has been superseded by …"
};

[[nodiscard]] std::string_view to_string(card_claim value) noexcept;

struct card_statement {
    card_claim claim = card_claim::none;
    std::string quote;  ///< the sentence, at most 240 bytes; the publisher's words: escape when shown
    std::string linked; ///< "namespace/name" that the sentence, or the one behind it, points at; may be empty
    bool deprecated = false; ///< the card ends the model's support, whatever else it says

    explicit operator bool() const noexcept { return claim != card_claim::none; }
};

/// How much of a card is read: what is said further down is not said to everybody.
inline constexpr std::size_t card_reach = 4096;

/// Looks through the first `card_reach` bytes behind the front matter (assess.md 3.3, 3) for a sentence about
/// the model itself. `repo` is the model's own id. Code, comments, conditions, and sentences whose subject is
/// something else do not count.
[[nodiscard]] card_statement read_card(std::string_view readme, std::string_view repo);

} // namespace modelwatch::assess
