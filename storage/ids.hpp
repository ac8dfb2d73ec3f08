#pragma once

#include "storage/columns.hpp"
#include "storage/connection.hpp"

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

/// The row that a part of an id means: its beginning, else its end. `columns` is the SELECT without
/// conditions, `read` makes a vector of its rows.
template <class Read, class Id>
auto find_by_part(
    connection& db, std::string_view columns, std::string const& part, Read const& read, Id const& id_of
) {
    auto const fitting = [&](std::string_view where, auto const&... values) {
        query rows{db, std::string{columns}.append(where), values...};
        return read(rows);
    };
    auto const begun = fitting("WHERE id >= ? AND id < ? ORDER BY id LIMIT 2", part, prefix_end(part));
    if (!begun.empty()) return choose_by_id(begun, part, least_beginning, id_of);
    auto const ended = fitting("WHERE substr(id, -length(?1)) = ?1 ORDER BY id LIMIT 2", part);
    return choose_by_id(ended, part, least_end, id_of);
}

} // namespace modelwatch::storage
