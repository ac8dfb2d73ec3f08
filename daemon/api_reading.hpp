#pragma once

#include "daemon/api.hpp"

namespace modelwatch {

/// The status page and its files.
void add_pages(std::vector<http::endpoint>& to, std::shared_ptr<api_deps> with);

/// Everything that only reads: the API, metrics, signs of life.
void add_reading(std::vector<http::endpoint>& to, std::shared_ptr<api_deps> with);

/// One page of a list: `limit` (1 to 1000, default 100) and `offset` of the query.
struct paging {
    std::size_t limit = 100;
    std::size_t offset = 0;
};

/// nullopt: the query asks for something that is no number, or out of bounds.
[[nodiscard]] std::optional<paging> paging_of(http::request const& asked);

/// The watches of a model's address: all revisions, or the one of `?revision=`.
[[nodiscard]] std::vector<watch>
watches_of(api_deps const& with, http::request const& asked, http::captures const& at);

[[nodiscard]] http::response not_watched();

} // namespace modelwatch
