#pragma once

#include "daemon/diff/config_text.hpp"
#include "daemon/diff/file_set.hpp"
#include "daemon/model/reach.hpp"

#include <string>
#include <vector>

namespace modelwatch::diff {

/// Configuration that a loader reads and we could not.
struct unread_config {
    enum class reason { not_fetched, too_large, not_json, too_deep, too_many };
    std::string path;
    reason why = reason::not_fetched;
    std::uint64_t size = 0;
    bool operator==(unread_config const&) const = default;
};

[[nodiscard]] std::string_view to_string(unread_config::reason why) noexcept;

/// What a loader would execute or fetch, as far as configuration tells. Where something is unread, more may
/// be reached.
struct loader_reach {
    std::vector<reach> entries; ///< in the order of files and of each document
    std::vector<unread_config> unread;
};

/// At most this many per file of each sort, with consent and without; beyond, the file counts as unread too.
inline constexpr std::size_t max_reach_per_file = 2048;

/// Adds what one file leads to. Whether the text is at hand or not: nothing is left out silently.
void add_reach_of(file_entry const& file, text_index const& texts, file_set const& files, loader_reach& out);

/// Of a whole snapshot.
[[nodiscard]] loader_reach reach_of(snapshot const& state, std::span<text_file const> texts);

/// What works without consent first.
void put_gravest_first(std::vector<reach>& entries);

} // namespace modelwatch::diff
