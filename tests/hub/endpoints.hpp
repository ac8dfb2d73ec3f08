#pragma once

#include "tests/hub/exchange.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::hub_double {

// One function per endpoint. The router has found the repo and checked that the caller may enter.

[[nodiscard]] answer model_info(context const& of, repo const& which, std::string const& revision);
[[nodiscard]] answer list_models(context const& of);
[[nodiscard]] answer
list_tree(context const& of, repo const& which, std::string const& revision, std::string const& path);
[[nodiscard]] answer paths_info(context const& of, repo const& which, std::string const& revision);
[[nodiscard]] answer tree_size(repo const& which, std::string const& revision, std::string const& path);
[[nodiscard]] answer list_commits(context const& of, repo const& which, std::string const& revision);
[[nodiscard]] answer list_refs(context const& of, repo const& which);
[[nodiscard]] answer compare(context const& of, repo const& which, std::string const& range);
[[nodiscard]] answer scan(repo const& which);
[[nodiscard]] answer list_discussions(repo const& which);
[[nodiscard]] answer xet_read_token(context const& of, std::string const& revision, repo const& which);

[[nodiscard]] answer who_am_i(context const& of);
[[nodiscard]] answer account_overview(context const& of, std::string const& name, bool organisation);

[[nodiscard]] answer
resolve(context const& of, repo const& which, std::string const& revision, std::string const& path);
[[nodiscard]] answer
resolve_cache(context const& of, repo const& which, std::string const& commit, std::string const& path);
[[nodiscard]] answer
raw(context const& of, repo const& which, std::string const& revision, std::string const& path);
[[nodiscard]] answer cdn(context const& of);
/// Xet's own storage, which takes tokens of its own; the CDN takes none.
[[nodiscard]] bool is_chunk_storage(request const& asked);

// Shared by them.

/// The item of the listing (`full` or not), or of model info with `expand`.
[[nodiscard]] json::object listing_item(repo const& which, bool full, bool config, bool card);
[[nodiscard]] json::object
expanded_item(repo const& which, history const& line, std::vector<std::string> const& names);
/// 400 that names the valid values when one of `names` is not among them.
[[nodiscard]] std::optional<answer> refuse_expand(std::vector<std::string> const& names);
[[nodiscard]] json::object security_summary(repo const& which);
[[nodiscard]] json::object security_of_file(repo const& which, std::string const& path, file const& what);

/// limit= of the request: nullopt answers 400 already put into `refused`, and 422 for one above the setting
/// `strictest`, which servers have that refuse where the Hub cuts.
[[nodiscard]] std::optional<std::size_t> limit_of(
    context const& of, std::size_t otherwise, std::size_t most, std::string_view strictest, answer& refused
);

} // namespace modelwatch::hub_double
