#pragma once

#include <string>
#include <string_view>

namespace modelwatch {

/// One part of a model's name on the hub, by the Hub's own rule: a namespace or a name.
[[nodiscard]] bool is_repo_part(std::string_view part) noexcept;

/// "google/gemma-2-2b" or "gpt2": what a model is called, and nothing that only looks like it: no datasets or
/// Spaces, no address, no ".git".
[[nodiscard]] bool is_model_name(std::string_view text) noexcept;

/// What to write instead of a name that is none, as the end of a sentence; empty: nothing to say.
[[nodiscard]] std::string model_name_hint(std::string_view text);

} // namespace modelwatch
