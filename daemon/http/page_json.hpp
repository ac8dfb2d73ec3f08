#pragma once

#include "daemon/http/page_layout.hpp"
#include "daemon/model/json_read.hpp"

#include <string>
#include <string_view>

/// JSON of the commands → what a template is filled with. A value of another type than expected is not there.
namespace modelwatch::http {

inline constexpr std::size_t most_rows = 200; ///< of any list on a page

[[nodiscard]] json::object const& object_of(json::object const& in, std::string_view key);
[[nodiscard]] json::array const& list_of(json::object const& in, std::string_view key);
/// One decimal for a fraction; empty: no number.
[[nodiscard]] std::string number_text(json::object const& in, std::string_view key);
/// A share as per cent; empty: no number.
[[nodiscard]] std::string percent_text(json::object const& in, std::string_view key);
/// A word of ours as a class of the style sheet.
[[nodiscard]] std::string class_of(std::string_view word);

template <class Make>
mustache::data rows_of(json::array const& from, Make make) {
    mustache::data out{mustache::data::type::list};
    std::size_t count = 0;
    for (auto const& item : from) {
        if (!item.is_object() || ++count > most_rows) continue;
        mustache::data row;
        make(item.get_object(), row);
        out.push_back(row);
    }
    return out;
}

/// `name`, and has_`name` so that a template can ask.
void put_list(
    mustache::data& to, std::string const& name, json::array const& from, mustache::data const& rows
);

} // namespace modelwatch::http
