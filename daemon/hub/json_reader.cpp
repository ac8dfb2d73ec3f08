#include "daemon/hub/json_reader.hpp"

#include "daemon/hub/failure.hpp"
#include "daemon/hub/limits.hpp"
#include "daemon/model/mending.hpp"
#include "daemon/model/text.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <new>

namespace modelwatch::hub {

result<json::value> parse_body(std::string_view body, json_arena& arena) {
    if (body.size() > limits::max_body) return failure(errc::too_large, "the answer is over 32 MiB");
    boost::system::error_code failed;
    json::parse_options options;
    options.max_depth = limits::max_json_depth;
    auto const mended = mended_json(body);
    auto value = json::parse(mended ? std::string_view(*mended) : body, failed, &arena.memory, options);
    if (failed == json::error::too_deep) {
        return failure(
            errc::too_large, "the JSON is nested deeper than " + std::to_string(limits::max_json_depth)
        );
    }
    if (failed) return failure(errc::malformed, "the answer is not JSON: " + failed.message());
    return value;
}

std::string_view kind_name(json::value const& value) noexcept {
    switch (value.kind()) {
    case json::kind::null:
        return "null";
    case json::kind::bool_:
        return "a boolean";
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_:
        return "a number";
    case json::kind::string:
        return "a text";
    case json::kind::array:
        return "an array";
    case json::kind::object:
        return "an object";
    }
    return "unknown";
}

error wrong_kind(std::string_view what, json::value const& value) {
    return failure(errc::malformed, std::string(what) + " is " + std::string(kind_name(value)));
}

json::value const* member(json::object const& object, std::string_view key) noexcept {
    auto const* const found = object.if_contains(key);
    return found == nullptr || found->is_null() ? nullptr : found;
}

json::object const* object_member(json::object const& object, std::string_view key) noexcept {
    auto const* const found = object.if_contains(key);
    return found == nullptr ? nullptr : found->if_object();
}

json::array const* array_member(json::object const& object, std::string_view key) noexcept {
    auto const* const found = object.if_contains(key);
    return found == nullptr ? nullptr : found->if_array();
}

std::string_view
text_of_either(json::object const& object, std::string_view key, std::string_view other) noexcept {
    auto const text = text_of(object, key);
    return text.empty() ? text_of(object, other) : text;
}

std::optional<std::uint64_t> count_of(json::value const& value) noexcept {
    constexpr double exact = 9'007'199'254'740'992.0; // 2^53: a double above it is no exact count
    if (value.is_uint64()) return value.get_uint64();
    if (value.is_int64() && value.get_int64() >= 0) return static_cast<std::uint64_t>(value.get_int64());
    if (!value.is_double()) return std::nullopt;
    double const number = value.get_double();
    if (!(number >= 0.0 && number <= exact)) return std::nullopt;
    auto const whole = static_cast<std::uint64_t>(number);
    if (static_cast<double>(whole) < number) return std::nullopt;
    return whole;
}

std::optional<std::uint64_t> count_member(json::object const& object, std::string_view key) noexcept {
    auto const* const found = object.if_contains(key);
    return found == nullptr ? std::nullopt : count_of(*found);
}

std::vector<std::string> short_texts(json::value const* value) {
    std::vector<std::string> out;
    if (value == nullptr) return out;
    if (value->is_string()) {
        out.push_back(short_text(value->get_string()));
        return out;
    }
    if (!value->is_array()) return out;
    for (auto const& item : value->get_array()) {
        if (out.size() == limits::max_short_texts) break;
        if (item.is_string()) out.push_back(short_text(item.get_string()));
    }
    return out;
}

std::string short_text(std::string_view text) {
    return shortened(text, limits::max_short_text);
}

bool is_sound_path(std::string_view path) noexcept {
    if (path.empty() || path.size() > limits::max_path_bytes) return false;
    if (path.find('\0') != std::string_view::npos) return false;
    std::size_t start = 0;
    while (start <= path.size()) {
        auto const end = std::min(path.find('/', start), path.size());
        auto const part = path.substr(start, end - start);
        if (part.empty() || part == "." || part == "..") return false;
        start = end + 1;
    }
    return true;
}

} // namespace modelwatch::hub
