#include "daemon/diff/file_class.hpp"
#include "daemon/diff/safe_set.hpp"

#include <algorithm>
#include <array>

namespace modelwatch::diff {

namespace {

/// The Hub takes no larger file into git itself.
constexpr std::uint64_t largest_in_git = 10'000'000;

template <std::size_t Size>
bool is_one_of(std::string_view word, std::array<std::string_view, Size> const& list) noexcept {
    return std::find(list.begin(), list.end(), word) != list.end();
}

constexpr auto template_texts =
    std::to_array<std::string_view>({"jinja", "jinja2", "j2", "json", "txt", "md"});

constexpr auto terms_texts =
    std::to_array<std::string_view>({"", "md", "txt", "rst", "pdf", "html", "htm", "rtf", "docx", "tex"});

constexpr auto vocabulary_texts = std::to_array<std::string_view>(
    {"json", "jsonl", "txt", "csv", "tsv", "yaml", "tiktoken", "spm", "vocab", "bpe", "codes"}
);

/// Words in the names of SentencePiece models. Gensim and others call their pickles ".model" too.
constexpr auto sentence_piece_words =
    std::to_array<std::string_view>({"token", "piece", "spm", "bpe", "vocab", "unigram"});

bool is_vocabulary(file_name const& name) noexcept {
    if (name.base.starts_with("tokenizer.model.v")) return true; // as Mistral numbers them
    if (name.extension != "model") return is_one_of(name.extension, vocabulary_texts);
    return std::any_of(sentence_piece_words.begin(), sentence_piece_words.end(), [&](auto word) {
        return name.base.find(word) != std::string::npos;
    });
}

bool is_word_character(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

} // namespace

bool is_stored_as_weights(file_entry const& file) noexcept {
    return !file.sha256.empty() || file.size > largest_in_git;
}

bool name_vouches(file_name const& name, file_role role, std::uint64_t size) noexcept {
    switch (role) {
    case file_role::weights:
    case file_role::code:
    case file_role::card:
    case file_role::documentation:
        return true;
    case file_role::config:
        return !name.extension.empty(); // "params" may be a table of settings, and a pickle
    case file_role::chat_template:
        return is_one_of(name.extension, template_texts);
    case file_role::tokenizer:
        return is_vocabulary(name);
    case file_role::license:
        return size <= largest_in_git && is_one_of(name.extension, terms_texts);
    case file_role::signature:
        return size <= largest_in_git;
    case file_role::other:
        break;
    }
    return false;
}

format_tier tier_within(file_name const& name) {
    auto worst = format_tier::none;
    for (auto dot = name.base.find('.'); dot != std::string::npos; dot = name.base.find('.', dot + 1)) {
        auto const begin = name.base.begin() + static_cast<std::ptrdiff_t>(dot) + 1;
        auto const word = std::string{begin, std::find_if_not(begin, name.base.end(), is_word_character)};
        auto const tier = tier_of(file_name{"piece." + word});
        // A piece of a program is none yet.
        if (can_run_code(tier) && tier != format_tier::executable) worst = std::max(worst, tier);
    }
    return worst == format_tier::none ? format_tier::unknown : worst;
}

} // namespace modelwatch::diff
