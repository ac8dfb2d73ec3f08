#pragma once

#include "daemon/model/json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <string>
#include <utility>
#include <vector>

namespace modelwatch::test {

using named_text = std::pair<std::string, std::string>; ///< the nearest member name, the text

inline void collect_texts(json::value const& value, std::string const& name, std::vector<named_text>& out) {
    if (value.is_string()) out.emplace_back(name, std::string{value.get_string()});
    if (value.is_array())
        for (auto const& item : value.get_array())
            collect_texts(item, name, out);
    if (value.is_object())
        for (auto const& [key, item] : value.get_object())
            collect_texts(item, std::string{key}, out);
}

/// Every string of a JSON document; throws when it is not one.
inline std::vector<named_text> texts_of(std::string const& body) {
    std::vector<named_text> out;
    collect_texts(json::parse(body), "", out);
    return out;
}

} // namespace modelwatch::test
