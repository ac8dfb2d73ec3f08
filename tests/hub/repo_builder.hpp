#pragma once

#include "tests/hub/world.hpp"

#include <string>
#include <string_view>

namespace modelwatch::hub_double {

/// "2024-08-07T18:25:49.000Z" from any RFC 3339 text, "now", or "now-400d". Throws std::invalid_argument.
[[nodiscard]] std::string full_date(std::string_view text);

/// A repo of a timeline. Throws std::invalid_argument.
[[nodiscard]] repo_ptr make_repo(json::object const& spec);

/// `before` with one more commit. `spec`: id?, title, message?, authors?, date?, files, full?.
[[nodiscard]] history with_commit(history before, json::object const& spec, std::string_view author);
[[nodiscard]] history with_commits(history before, json::value const& specs, std::string_view author);

/// Puts files into the table of the newest commit without a new commit.
[[nodiscard]] history with_files_replaced(history line, json::object const& files);

/// Sets gated, private, disabled, createdAt, author, _id, security and any other field of model info (null
/// removes it). A new cardData.license also replaces the `license:` tag.
void patch_repo(repo& target, json::object const& patch);

/// A plausible `_id` for a repo of this name created then.
[[nodiscard]] std::string object_id_for(std::string_view name, std::string_view created_at);

} // namespace modelwatch::hub_double
