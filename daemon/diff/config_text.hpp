#pragma once

#include "daemon/diff/diff.hpp"
#include "daemon/model/json.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace modelwatch::diff {

/// Configuration is read up to here, although longer texts of other kinds are not kept: padding must not hide
/// a switch.
inline constexpr std::uint64_t max_config_bytes = 2u << 20;
/// Python's own reader gives up at about this depth.
inline constexpr std::size_t max_config_depth = 1000;

/// JSON or YAML in which a loader's switches may stand; vocabularies are not.
[[nodiscard]] bool is_config(std::string_view path);
[[nodiscard]] bool is_json(std::string_view path);

/// Configuration under a name that loaders look for: where it cannot be read, something is not known.
[[nodiscard]] bool is_loader_config(std::string_view path);

/// Token strings as JSON: tokenizer.json, added_tokens.json, vocab.json.
[[nodiscard]] bool is_vocabulary(std::string_view path);

/// Texts that a comparison reads: those that are kept for people, longer configuration, and vocabularies.
[[nodiscard]] bool is_read_text(file_entry const& file);

/// In the order in which they are to be fetched: what loaders look for goes before what may be padding.
void sort_by_weight(std::vector<file_entry>& files);

/// What Python's reader makes of it, which takes more than the standard allows: NaN, lone surrogates, numbers
/// of any length. nullopt: it is not JSON, or nested too deeply.
[[nodiscard]] std::optional<json::value> parse_config(std::string_view text);

/// Whether brackets nest deeper than we follow: a reader with a larger stack may still take it.
[[nodiscard]] bool is_too_deep(std::string_view text) noexcept;

/// The texts at hand, found by content.
class text_index {
public:
    text_index() = default;
    explicit text_index(std::span<text_file const> texts);

    /// nullptr: not at hand.
    [[nodiscard]] std::string const* find(file_entry const& file) const;
    [[nodiscard]] std::optional<json::value> parse(file_entry const& file) const;

private:
    std::unordered_map<std::string_view, std::string const*> by_content_;
};

} // namespace modelwatch::diff
