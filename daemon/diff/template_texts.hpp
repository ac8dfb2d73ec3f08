#pragma once

#include "daemon/diff/facts.hpp"

#include <string_view>

namespace modelwatch::diff {

/// "tokenizer_config.json", in any folder.
[[nodiscard]] bool is_tokenizer_config(std::string_view path) noexcept;

/// Whether the files that differ hold the same chat templates under the same names as before, wherever they
/// lie now: transformers takes them from tokenizer_config.json ("chat_template": a text, or a list of named
/// ones), chat_template.jinja, chat_template.json and additional_chat_templates/NAME.jinja. False where a
/// text is not at hand.
[[nodiscard]] bool templates_only_moved(facts const& seen);

} // namespace modelwatch::diff
