#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::assess {

enum class name_role { unspecified, base, instruct };

/// What a repository name says about the model (assess.md 3.3, name inference, 1-2). All words are lower
/// case. Nothing is known for a fact: people name as they like.
struct repo_name {
    std::string owner;                ///< the namespace, as written; empty when the id has none
    std::string raw;                  ///< the name without the namespace, as written
    std::vector<std::string> family;  ///< "falcon"; "stable diffusion"; before the generation
    std::vector<std::string> domains; ///< "coder", "vl", …; sorted, each once, one spelling each
    std::optional<double> size;       ///< billions of parameters, as the name counts them
    std::string size_word;            ///< "mini", "large", "xl"
    name_role role = name_role::unspecified;
    std::vector<std::uint32_t> generation; ///< {3, 1}; empty: the name has none
    std::string numbered_by; ///< the size word whose own numbering the generation is ("large" in large-v3)
    std::vector<std::uint32_t> revision; ///< a `v` number behind the generation
    std::string date_stamp;              ///< digits: "0324", "2407", "202408"
    std::vector<std::string> variants;   ///< words behind the generation that are none of the above
    std::vector<std::string> packaging;  ///< "gguf", "awq", "4bit": how it is packed, not what it is
    std::string base_family;             ///< "llama" in Hermes-3-Llama-3.1-8B: the parse ended there

    /// Whether the name says enough to be compared with others.
    [[nodiscard]] bool has_family() const noexcept { return !family.empty(); }
};

/// Longest id that the Hub gives out; longer ones are not ids.
inline constexpr std::size_t max_repo_id = 200;

/// "namespace/name" of the characters that the Hub permits.
[[nodiscard]] bool is_repo_id(std::string_view text) noexcept;

[[nodiscard]] std::string_view owner_of(std::string_view repo) noexcept; ///< empty when there is none
[[nodiscard]] std::string_view name_of(std::string_view repo) noexcept;

/// Any text is accepted. One that is no possible id has no family.
[[nodiscard]] repo_name parse_repo_name(std::string_view repo);

/// Whether the name tells of quantised or converted files ("gguf", "awq", "4bit"), not merely of a layout
/// ("hf", "bf16") in which publishers put out their own work.
[[nodiscard]] bool is_converted_by_name(repo_name const& name) noexcept;

/// The name without packaging words, in its own spelling: "Qwen3-8B-GGUF" -> "Qwen3-8B".
[[nodiscard]] std::string without_packaging(std::string_view name);

/// Whether both names are of one model but for packaging and the maker's prefix: "Meta-Llama-3.1-8B-bnb-4bit"
/// and "Llama-3.1-8B".
[[nodiscard]] bool is_same_model_by_name(std::string_view repo, std::string_view other);

} // namespace modelwatch::assess
