#include "daemon/http/json_body.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

namespace modelwatch::http {

namespace {

constexpr std::size_t max_depth = 8;

/// Of a text that is known to be JSON: a colon outside of strings stands behind every name.
std::size_t names_in(std::string_view text) {
    std::size_t count = 0;
    bool inside = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (inside && text[i] == '\\') {
            ++i;
        } else if (text[i] == '"') {
            inside = !inside;
        } else if (!inside && text[i] == ':') {
            ++count;
        }
    }
    return count;
}

std::size_t names_in(json::value const& value) {
    std::size_t count = 0;
    if (auto const* const object = value.if_object()) {
        count = object->size();
        for (auto const& member : *object)
            count += names_in(member.value());
    } else if (auto const* const array = value.if_array()) {
        for (auto const& item : *array)
            count += names_in(item);
    }
    return count;
}

} // namespace

std::optional<json::object> read_json_body(std::string_view text) {
    boost::system::error_code failure;
    json::parse_options const options{.max_depth = max_depth};
    auto value = json::parse({text.data(), text.size()}, failure, {}, options);
    if (failure || !value.is_object()) return std::nullopt;
    if (names_in(value) != names_in(text)) return std::nullopt;
    return std::move(value.get_object());
}

} // namespace modelwatch::http
