#pragma once

#include <SQLiteCpp/Exception.h>
#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace modelwatch::storage {

// A row whose content nobody can make sense of: what fails is told by the row's name, and only what needs the
// row fails. What SQLite itself reports (a disk, a page) is another matter and passes through.

/// Runs `read`; what it throws says of which row.
template <class Read>
auto reading_of(std::string const& row, Read read) {
    try {
        return read();
    } catch (SQLite::Exception const&) {
        throw;
    } catch (std::exception const& e) {
        throw std::runtime_error(fmt::format("{}: {}", row, e.what()));
    }
}

/// Runs `read`; where it throws, the value is the default one and `damage` says what could not be read.
template <class Read>
auto as_far_as_readable(std::string& damage, std::string_view part, Read read) -> decltype(read()) {
    try {
        return read();
    } catch (SQLite::Exception const&) {
        throw;
    } catch (std::exception const& e) {
        damage += fmt::format("{}{}: {}", damage.empty() ? "" : "; ", part, e.what());
        return {};
    }
}

} // namespace modelwatch::storage
