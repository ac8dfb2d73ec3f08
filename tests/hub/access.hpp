#pragma once

#include "tests/hub/exchange.hpp"

#include <optional>

namespace modelwatch::hub_double {

/// What a request wants of a repo: gating guards content, not metadata.
enum class door { metadata, content };

/// The Hub's answer to somebody who may not have it, or nullopt. `which` may be null: a repo that does not
/// exist looks like a private one.
[[nodiscard]] std::optional<answer> refusal(context const& of, repo const* which, door wanted);

/// 404 RevisionNotFound and 404 EntryNotFound in their two dresses.
[[nodiscard]] answer no_revision(std::string_view revision);
[[nodiscard]] answer no_tree_path(std::string_view path, std::string_view revision);
[[nodiscard]] answer no_file();

/// The same refusal as text/plain, which is what the file endpoints send.
[[nodiscard]] answer as_text(answer refused);

} // namespace modelwatch::hub_double
