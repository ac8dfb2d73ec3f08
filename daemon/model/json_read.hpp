#pragma once

#include "daemon/model/json.hpp"
#include "daemon/model/time.hpp"

#include <boost/json/array.hpp>
#include <boost/json/string.hpp>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace modelwatch {

// Readers for what this program wrote itself (state, outbox). What comes from the network is read in
// daemon/hub.

/// A member as an instant; nullopt when absent or null; throws when it is not a time.
[[nodiscard]] inline std::optional<instant> instant_of(json::object const& object, std::string_view key) {
    auto const* const found = object.if_contains(key);
    if (found == nullptr || found->is_null()) return std::nullopt;
    auto const when = from_rfc3339(text_of(object, key));
    if (!when) throw std::invalid_argument("not a time: " + std::string{key});
    return when;
}

[[nodiscard]] inline std::optional<std::uint64_t>
number_of(json::object const& object, std::string_view key) {
    auto const* const found = object.if_contains(key);
    if (found == nullptr || found->is_null()) return std::nullopt;
    return found->to_number<std::uint64_t>();
}

[[nodiscard]] inline bool flag_of(json::object const& object, std::string_view key) {
    auto const* const found = object.if_contains(key);
    return found != nullptr && found->is_bool() && found->get_bool();
}

[[nodiscard]] inline std::vector<std::string> texts_of(json::object const& object, std::string_view key) {
    std::vector<std::string> out;
    auto const* const found = object.if_contains(key);
    if (found == nullptr || !found->is_array()) return out;
    for (auto const& item : found->get_array())
        out.emplace_back(item.as_string());
    return out;
}

[[nodiscard]] inline json::array to_array(std::vector<std::string> const& texts) {
    json::array out;
    out.reserve(texts.size());
    for (auto const& text : texts)
        out.emplace_back(text);
    return out;
}

[[nodiscard]] inline json::value or_null(std::optional<instant> const& when) {
    return when ? json::value(to_rfc3339(*when)) : json::value(nullptr);
}

/// Empty text as null: absent facts read as absent.
[[nodiscard]] inline json::value or_null(std::string_view text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}

[[nodiscard]] inline json::value or_null(std::optional<std::uint64_t> const& number) {
    return number ? json::value(*number) : json::value(nullptr);
}

} // namespace modelwatch
