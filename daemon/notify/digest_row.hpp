#pragma once

#include "daemon/model/json.hpp"
#include "daemon/notify/reader.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::notify {

/// A row of a digest, as its renderers need it: texts are printable and bounded, but not escaped.
struct digest_line {
    std::string mark;                   ///< severity or staleness
    std::string name;                   ///< the thing; may be empty
    std::string badge;                  ///< the word that `mark` stands for; empty: the section has none
    std::vector<std::string> texts;     ///< the rest, none empty
    std::string own_page;               ///< of the reader's daemon; may be empty
    std::string hub_page;               ///< may be empty
    json::array const* trend = nullptr; ///< points of the rating, oldest first
};

/// nullopt: another section tells the same to people.
[[nodiscard]] std::optional<digest_line>
line_of(json::object const& section, json::value const& row, reader const& whom);

/// The array under this key; an empty one where there is none.
[[nodiscard]] json::array const& list_of(json::object const& object, std::string_view key);

/// One point of a rating's course.
struct trend_point {
    std::string day; ///< "2026-11-23"
    std::string level;
    double score = 0;
};

[[nodiscard]] std::vector<trend_point> trend_of(digest_line const& line);

/// "Low-Medium 22.0 (2026-10-05) to High 63.5 (2026-11-23)"; empty where there are no two points.
[[nodiscard]] std::string trend_words(std::vector<trend_point> const& points);

/// The same as a row of blocks for who sees no picture: "▂▂▅▇".
[[nodiscard]] std::string trend_blocks(std::vector<trend_point> const& points);

} // namespace modelwatch::notify
