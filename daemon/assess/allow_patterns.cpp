#include "daemon/assess/allow_patterns.hpp"

#include "daemon/model/text.hpp"

#include <algorithm>
#include <array>

namespace modelwatch::assess {

namespace {

/// Formats that hold numbers or text; a tokenizer's `.model` is a SentencePiece file.
constexpr auto harmless =
    std::to_array<std::string_view>({"safetensors", "gguf", "json", "txt", "md", "model", "tiktoken", "jinja"}
    );

bool names_a_harmless_format(std::string_view pattern) {
    auto const dot = pattern.rfind('.');
    if (dot == std::string_view::npos) return false;
    auto const extension = lower(pattern.substr(dot + 1));
    return std::find(harmless.begin(), harmless.end(), extension) != harmless.end();
}

} // namespace

bool keep_to_safe_files(std::vector<std::string> const& patterns) {
    return !patterns.empty() && std::all_of(patterns.begin(), patterns.end(), names_a_harmless_format);
}

} // namespace modelwatch::assess
