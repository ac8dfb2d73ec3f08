#pragma once

#include "daemon/model/json.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::diff {

/// The strings that a tokenizer's file gives a meaning to, by the place that gives it.
struct token_table {
    struct token {
        std::string text;
        bool special = false;
    };

    std::map<std::string, token, std::less<>> by_place; ///< "/bos_token", "/added_tokens_decoder/7"
    std::multiset<std::string> listed;                  ///< special ones in lists, whose order means nothing
};

/// From tokenizer_config.json, special_tokens_map.json, added_tokens.json, tokenizer.json or vocab.json.
[[nodiscard]] token_table tokens_of(std::string_view path, json::value const& document);

/// Whether a root key of such a file holds tokens.
[[nodiscard]] bool holds_tokens(std::string_view path, std::string_view key);

struct token_change {
    std::string place; ///< file and JSON pointer
    std::string old;   ///< empty: it came
    std::string now;   ///< empty: it went
    bool special = false;
    std::string gained; ///< "://", "shell", "tool call": what the new string has and the old had not

    /// One changed string is enough to redirect tool calls.
    [[nodiscard]] bool is_grave() const noexcept {
        return !gained.empty() || (special && !old.empty() && !now.empty());
    }
};

/// Sorted: changed special tokens first, then strings that gained something, then the others.
[[nodiscard]] std::vector<token_change>
compare_tokens(std::string_view file, token_table const& before, token_table const& now);
void put_gravest_first(std::vector<token_change>& changes);

/// `bos_token "<s>" → "<|x|>" (special)`, of the first few.
[[nodiscard]] std::string told(std::vector<token_change> const& changes);
[[nodiscard]] json::array evidence_of(std::vector<token_change> const& changes);

} // namespace modelwatch::diff
