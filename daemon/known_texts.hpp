#pragma once

#include "daemon/model/snapshot.hpp"
#include "storage/store.hpp"

#include <vector>

namespace modelwatch {

/// What is known of the configuration at a state: texts that this poll brought, and those in the store.
[[nodiscard]] std::vector<text_file>
configuration_of(storage::store& db, snapshot const& state, std::vector<text_file> const& fresh);

/// What is known of the texts that a rating rests on: the configuration and the license files.
[[nodiscard]] std::vector<text_file>
texts_of_rating(storage::store& db, snapshot const& state, std::vector<text_file> const& fresh);

/// Both sides of the configuration and vocabularies that differ: what a loader is made to run, and which
/// settings and tokens changed, is in their text.
[[nodiscard]] std::vector<text_file> differing_texts(
    storage::store& db, snapshot const& before, snapshot const& now, std::vector<text_file> const& fresh
);

} // namespace modelwatch
