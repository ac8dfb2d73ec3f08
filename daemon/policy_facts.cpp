#include "daemon/policy_facts.hpp"

#include "daemon/diff/file_class.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <set>

namespace modelwatch {

namespace {

bool is_loaded(std::string const& path, std::vector<std::string> const& patterns) {
    return patterns.empty() || std::any_of(patterns.begin(), patterns.end(), [&](auto const& pattern) {
               return glob_match(pattern, path);
           });
}

} // namespace

std::vector<std::string>
weight_formats(snapshot const& state, std::vector<std::string> const& allow_patterns) {
    std::set<std::string> out;
    for (auto const& file : state.files) {
        if (!is_loaded(file.path, allow_patterns)) continue;
        if (diff::classify(file, state.files).role != diff::file_role::weights) continue;
        auto const format = diff::file_name{file.path}.extension;
        out.insert(format.empty() ? "unknown" : format);
    }
    return {out.begin(), out.end()};
}

assess::watch_facts watch_facts_of(watch const& target, snapshot const* state, rating_record const* course) {
    assess::watch_facts out;
    out.revision = target.revision;
    out.deployed = target.deployed;
    out.tags = target.tags;
    if (state != nullptr) out.formats = weight_formats(*state, target.allow_patterns);
    if (course != nullptr) out.outdated_since = course->outdated_since;
    return out;
}

} // namespace modelwatch
