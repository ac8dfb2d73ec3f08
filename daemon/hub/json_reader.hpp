#pragma once

#include "daemon/model/json.hpp"
#include "daemon/model/result.hpp"
#include "daemon/model/time.hpp"

#include <boost/json/array.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/string.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::hub {

/// Memory of one parsed body: a buffer on the stack first, then blocks that go away together.
struct json_arena {
    std::array<unsigned char, 32 * 1'024> buffer;
    json::monotonic_resource memory{buffer.data(), buffer.size()};
};

/// Parses within our bounds of size and depth, as JavaScript would read it (mending.hpp). The value lives as
/// long as the arena.
[[nodiscard]] result<json::value> parse_body(std::string_view body, json_arena& arena);

/// "a number", "an object" …: what a thing is instead of what it should be.
[[nodiscard]] std::string_view kind_name(json::value const& value) noexcept;

/// errc::malformed "<what> is <kind of value>".
[[nodiscard]] error wrong_kind(std::string_view what, json::value const& value);

/// A member that is there and not null.
[[nodiscard]] json::value const* member(json::object const& object, std::string_view key) noexcept;
[[nodiscard]] json::object const* object_member(json::object const& object, std::string_view key) noexcept;
[[nodiscard]] json::array const* array_member(json::object const& object, std::string_view key) noexcept;

/// Text of the first of two members that is a text: for servers that spell names in snake_case.
[[nodiscard]] std::string_view
text_of_either(json::object const& object, std::string_view key, std::string_view other) noexcept;

/// A whole number that is not negative, written as an integer or as a double without fraction.
[[nodiscard]] std::optional<std::uint64_t> count_of(json::value const& value) noexcept;
[[nodiscard]] std::optional<std::uint64_t>
count_member(json::object const& object, std::string_view key) noexcept;

/// One text, or the texts of an array; anything else is left out. Bounded in number and length.
[[nodiscard]] std::vector<std::string> short_texts(json::value const* value);

/// Cut to our bound for titles and names.
[[nodiscard]] std::string short_text(std::string_view text);

/// Empty, absolute, with "." or ".." or empty parts, with NUL, or too long: such a path is refused.
[[nodiscard]] bool is_sound_path(std::string_view path) noexcept;

} // namespace modelwatch::hub
