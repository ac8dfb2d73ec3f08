#include "daemon/config/toml_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modelwatch::config {

std::string toml_string(std::string_view text) {
    std::string out = "\"";
    for (char const c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            out += fmt::format("\\u{:04X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
        } else {
            out += c;
        }
    }
    return out + '"';
}

std::string toml_key(std::string_view name) {
    bool const bare = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-';
    });
    return bare ? std::string{name} : toml_string(name);
}

std::string toml_list(std::vector<std::string> const& values) {
    std::string out = "[";
    for (auto const& value : values)
        out += (out.size() > 1 ? ", " : "") + toml_string(value);
    return out + "]";
}

std::string toml_table(labels const& values) {
    if (values.empty()) return "{}";
    std::string out = "{ ";
    for (auto const& [name, value] : values) {
        out += fmt::format("{}{} = {}", out.size() > 2 ? ", " : "", toml_key(name), toml_string(value));
    }
    return out + " }";
}

} // namespace modelwatch::config
