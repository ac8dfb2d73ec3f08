#include "daemon/alerting/story.hpp"

#include "daemon/alerting/precedence.hpp"
#include "daemon/model/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>

namespace modelwatch::alerting {

namespace {

using watch_name = std::pair<std::string, std::string>;

watch_name watch_of(alert const& entry) {
    return {entry.watch_key, entry.repo};
}

/// The commit that alerts without one are told with: that of their watch's most pressing alert that has one.
std::map<watch_name, std::string> first_commits(std::vector<alert const*> const& sorted) {
    std::map<watch_name, std::string> out;
    for (auto const* one : sorted) {
        if (!one->what.commit.empty()) out.try_emplace(watch_of(*one), one->what.commit);
    }
    return out;
}

} // namespace

std::vector<story> stories_of(std::span<alert const> alerts) {
    std::vector<alert const*> sorted;
    for (auto const& one : alerts)
        sorted.push_back(&one);
    std::sort(sorted.begin(), sorted.end(), [](auto const* a, auto const* b) { return said_before(*a, *b); });
    auto const commits = first_commits(sorted);
    std::map<std::pair<watch_name, std::string>, std::size_t> places;
    std::vector<story> out;
    for (auto const* one : sorted) {
        auto const watch = watch_of(*one);
        auto const known = commits.find(watch);
        auto const& commit =
            one->what.commit.empty() && known != commits.end() ? known->second : one->what.commit;
        auto const [at, is_new] = places.try_emplace({watch, commit}, out.size());
        if (is_new) out.emplace_back();
        out[at->second].alerts.push_back(one);
    }
    return out;
}

std::string without_step(std::string text, change const& what) {
    auto const step =
        fmt::format(", commit {} → {}", short_commit(what.baseline_commit), short_commit(what.commit));
    if (auto const at = text.find(step); at != std::string::npos) text.erase(at, step.size());
    return text;
}

} // namespace modelwatch::alerting
