#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace modelwatch {

namespace json = boost::json;

/// Text of a string member; empty when it is absent or of another type.
[[nodiscard]] std::string_view text_of(json::object const& object, std::string_view key) noexcept;

/// One line, no spaces.
[[nodiscard]] std::string to_line(json::value const& value);

/// Indented by two, for people; ends with a newline.
[[nodiscard]] std::string to_pretty(json::value const& value);

} // namespace modelwatch
