#include "daemon/model/json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <fmt/format.h>

namespace modelwatch {

namespace {

void write(json::value const& value, std::size_t depth, std::string& out);

void new_line(std::size_t depth, std::string& out) {
    out += '\n';
    out.append(2 * depth, ' ');
}

/// "53.5" where the library would say 5.35E1, and "1.0" for a whole number: for people.
std::string decimal(double number) {
    auto out = fmt::format("{}", number);
    bool const whole = out.find_first_not_of("-0123456789") == std::string::npos;
    return whole ? out + ".0" : out;
}

template <class Container, class WriteOne>
void write_list(
    Container const& items, char open, char close, std::size_t depth, std::string& out, WriteOne one
) {
    out += open;
    bool first = true;
    for (auto const& item : items) {
        if (!first) out += ',';
        first = false;
        new_line(depth + 1, out);
        one(item);
    }
    if (!first) new_line(depth, out);
    out += close;
}

void write(json::value const& value, std::size_t depth, std::string& out) {
    if (auto const* object = value.if_object()) {
        write_list(*object, '{', '}', depth, out, [&](json::key_value_pair const& member) {
            out += json::serialize(json::string{member.key()});
            out += ": ";
            write(member.value(), depth + 1, out);
        });
    } else if (auto const* array = value.if_array()) {
        write_list(*array, '[', ']', depth, out, [&](json::value const& item) {
            write(item, depth + 1, out);
        });
    } else if (auto const* number = value.if_double()) {
        out += decimal(*number);
    } else {
        out += json::serialize(value);
    }
}

} // namespace

std::string_view text_of(json::object const& object, std::string_view key) noexcept {
    auto const* const found = object.if_contains(key);
    auto const* const text = found == nullptr ? nullptr : found->if_string();
    return text == nullptr ? std::string_view{} : std::string_view{*text};
}

std::string to_line(json::value const& value) {
    return json::serialize(value);
}

std::string to_pretty(json::value const& value) {
    std::string out;
    write(value, 0, out);
    out += '\n';
    return out;
}

} // namespace modelwatch
