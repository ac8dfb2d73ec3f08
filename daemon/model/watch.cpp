#include "daemon/model/watch.hpp"

#include "daemon/model/text.hpp"

#include <algorithm>

namespace modelwatch {

bool account_watch::takes(std::string_view repo_name) const {
    auto const slash = repo_name.find('/');
    auto const name = slash == std::string_view::npos ? repo_name : repo_name.substr(slash + 1);
    auto const matches = [&](std::string const& pattern) {
        return glob_match(pattern, name) || glob_match(pattern, repo_name);
    };
    bool const wanted = include.empty() || std::any_of(include.begin(), include.end(), matches);
    return wanted && std::none_of(exclude.begin(), exclude.end(), matches);
}

} // namespace modelwatch
