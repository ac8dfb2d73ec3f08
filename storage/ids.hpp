#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace modelwatch::storage {

/// Shorter parts of an id are more often a slip than a choice.
inline constexpr std::size_t least_beginning = 4;
/// The end of an id is taken too: earlier versions listed only that.
inline constexpr std::size_t least_end = 8;

/// Which row a part of an id means, of the first two that fit it in the order of their ids: an exact one,
/// else the only one.
template <class Row, class Id>
std::optional<Row>
choose_by_id(std::vector<Row> const& found, std::string const& part, std::size_t least, Id const& id_of) {
    if (found.empty()) return std::nullopt;
    bool const exact = id_of(found.front()) == part;
    if (!exact && (found.size() > 1 || part.size() < least)) return std::nullopt;
    return found.front();
}

} // namespace modelwatch::storage
