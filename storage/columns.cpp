#include "storage/columns.hpp"

#include "daemon/model/json_read.hpp"

#include <boost/json/parse.hpp>

namespace modelwatch::storage {

json::value parse_column(std::string_view text) {
    json::parse_options options;
    options.max_depth = 512;
    options.allow_invalid_utf8 = true;
    return json::parse(text, {}, options);
}

json::object object_column(std::string_view text) {
    if (text.empty() || text == "{}") return {};
    return parse_column(text).as_object();
}

std::vector<std::string> texts_column(std::string_view text) {
    std::vector<std::string> out;
    if (text.empty() || text == "[]") return out;
    auto const parsed = parse_column(text);
    for (auto const& item : parsed.as_array())
        out.emplace_back(item.as_string());
    return out;
}

labels labels_column(std::string_view text) {
    labels out;
    for (auto const& member : object_column(text))
        out.emplace(std::string{member.key()}, std::string{member.value().as_string()});
    return out;
}

std::vector<file_evidence> files_column(std::string_view text) {
    std::vector<file_evidence> out;
    if (text.empty()) return out;
    auto const parsed = parse_column(text);
    for (auto const& item : parsed.as_array()) {
        auto const& file = item.as_object();
        out.push_back(
            {std::string{text_of(file, "path")},
             std::string{text_of(file, "old_sha256")},
             std::string{text_of(file, "new_sha256")},
             number_of(file, "old_size"),
             number_of(file, "new_size")}
        );
    }
    return out;
}

std::string to_column(json::object const& object) {
    return object.empty() ? std::string{} : to_line(object);
}

std::string to_column(std::vector<std::string> const& texts) {
    return texts.empty() ? std::string{} : to_line(to_array(texts));
}

std::string to_column(labels const& tags) {
    json::object out;
    for (auto const& [key, value] : tags)
        out[key] = value;
    return to_column(out);
}

std::string prefix_end(std::string_view prefix) {
    return std::string{prefix} + "\U0010FFFF";
}

} // namespace modelwatch::storage
