#include "daemon/http/page_json.hpp"

#include "daemon/model/text.hpp"

#include <fmt/format.h>

namespace modelwatch::http {

json::object const& object_of(json::object const& in, std::string_view key) {
    static json::object const none;
    auto const* const found = in.if_contains(key);
    return found != nullptr && found->is_object() ? found->get_object() : none;
}

json::array const& list_of(json::object const& in, std::string_view key) {
    static json::array const none;
    auto const* const found = in.if_contains(key);
    return found != nullptr && found->is_array() ? found->get_array() : none;
}

std::string number_text(json::object const& in, std::string_view key) {
    auto const* const found = in.if_contains(key);
    if (found == nullptr || !found->is_number()) return {};
    if (found->is_double()) return fmt::format("{:.1f}", found->get_double());
    return std::to_string(found->to_number<std::int64_t>());
}

std::string percent_text(json::object const& in, std::string_view key) {
    auto const* const found = in.if_contains(key);
    if (found == nullptr || !found->is_number()) return {};
    return fmt::format("{:.0f} %", found->to_number<double>() * 100);
}

std::string class_of(std::string_view word) {
    auto out = lower(word);
    std::erase_if(out, [](char c) { return (c < 'a' || c > 'z') && c != '-'; });
    return out;
}

void put_list(
    mustache::data& to, std::string const& name, json::array const& from, mustache::data const& rows
) {
    to.set(name, rows);
    to.set("has_" + name, from.empty() ? mustache::data::type::bool_false : mustache::data::type::bool_true);
}

} // namespace modelwatch::http
