#pragma once

#include "daemon/hub/failure.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace modelwatch::hub {

/// A Content-Range header: "bytes 0-99/1234", "bytes 0-99/*", "bytes */1234".
struct content_range {
    std::optional<std::uint64_t> first; ///< empty in the last form
    std::optional<std::uint64_t> last;
    std::optional<std::uint64_t> total;
};

[[nodiscard]] std::optional<content_range> parse_content_range(std::string_view value);

/// How much of a body may be needed to answer for [offset, offset + length), should the server ignore Range.
[[nodiscard]] std::uint64_t range_read_bound(std::uint64_t offset, std::uint64_t length) noexcept;

/// The wanted bytes out of whatever answer a ranged request got: 206, 200 with the whole file or with a
/// Content-Range, 416 beyond the end. `problem` is what an unusable answer becomes.
[[nodiscard]] result<std::string>
cut_range(net::http_response response, std::uint64_t offset, std::uint64_t length, error problem);

} // namespace modelwatch::hub
