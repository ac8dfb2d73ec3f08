#pragma once

#include <span>
#include <string_view>

namespace modelwatch::assess {

/// What one lower-case word of a repository name usually says. General knowledge of how models are named; a
/// word that stands in no table is `plain`.
enum class word_kind { plain, packaging, size_word, base_role, instruct_role, domain, ending };

[[nodiscard]] word_kind kind_of_word(std::string_view word) noexcept;

/// One spelling per domain: "embedding" and "embeddings" are "embed", "code" is "coder".
[[nodiscard]] std::string_view canonical_domain(std::string_view word) noexcept;

/// Company names that are put before a family ("Meta-Llama-3-8B").
[[nodiscard]] bool is_vendor_prefix(std::string_view word) noexcept;

/// Words behind which a number counts something else than generations: "seed-1", "stage-2", "L-12".
[[nodiscard]] bool is_counter(std::string_view word) noexcept;

/// Words whose digits belong to them ("mt5"): not a generation.
[[nodiscard]] bool is_whole_word(std::string_view word) noexcept;

/// A family that others build on: behind another family's words it names the base, not the model.
[[nodiscard]] bool is_base_family(std::string_view word) noexcept;

/// The accounts at which a family, known by its first word, comes out; empty: not known. Several: successors
/// may appear at another account than the subject's.
[[nodiscard]] std::span<std::string_view const> homes_of_family(std::string_view word) noexcept;

} // namespace modelwatch::assess
