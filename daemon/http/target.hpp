#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::http {

struct target {
    std::vector<std::string> path;
    std::map<std::string, std::string> query;
};

inline constexpr std::size_t max_target = 8192;
inline constexpr std::size_t max_segments = 16;
inline constexpr std::size_t max_query_fields = 32;

/// An origin-form target (RFC 9112, 3.2.1), decoded. nullopt for every other form and for whatever two
/// programs could read in two ways: dot segments, empty segments, encoded slashes or backslashes, control
/// characters, broken escapes, bad UTF-8, a name that comes twice in the query.
[[nodiscard]] std::optional<target> parse_target(std::string_view text);

/// The other way: one segment of a path or one value of a query, escaped.
[[nodiscard]] std::string escaped_segment(std::string_view text);

} // namespace modelwatch::http
