#pragma once

#include "daemon/api.hpp"

namespace modelwatch {

/// The status page and its files.
void add_pages(std::vector<http::endpoint>& to, std::shared_ptr<api_deps> with);

/// Everything that only reads: the API, metrics, signs of life.
void add_reading(std::vector<http::endpoint>& to, std::shared_ptr<api_deps> with);

/// The watches of a model's address: all revisions, or the one of `?revision=`.
[[nodiscard]] std::vector<watch>
watches_of(api_deps const& with, http::request const& asked, http::captures const& at);

[[nodiscard]] http::response not_watched();

} // namespace modelwatch
