#pragma once

#include "daemon/config/config.hpp"
#include "daemon/judge.hpp"
#include "daemon/model/result.hpp"
#include "daemon/model/watch.hpp"
#include "storage/store.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace modelwatch {

/// The watches that REPO arguments mean ("ns/name", "ns/name@revision", "hub/ns/name", or a model of a
/// watched account that the store knows); one that means none is `invalid`. No arguments: all.
[[nodiscard]] result<std::vector<watch>> select_watches(
    config::settings const& settings, storage::store& db, std::vector<std::string> const& arguments
);

/// What was typed is no name of a model: `invalid`, with the right form.
[[nodiscard]] error no_model_name(std::string_view argument);

/// REPO arguments as one text, with spaces between them, as `status` and `check` of the API take them;
/// `invalid` where one has a space within, which would make two of it.
[[nodiscard]] result<std::string> joined_names(std::vector<std::string> const& arguments);

/// The watches of one repo on one hub, whatever their revisions; at least one.
[[nodiscard]] result<std::vector<watch>>
watches_of_repo(config::settings const& settings, storage::store& db, std::string const& repo);

/// Where people can look at a repo. Links need only the endpoint; no request is made.
[[nodiscard]] link_source links_of(config::settings const& settings, std::string const& hub);

} // namespace modelwatch
