#include "daemon/watch_choice.hpp"

#include "daemon/accounts.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/repo_id.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>

namespace modelwatch {

namespace {

bool means(std::string const& argument, watch const& target) {
    return argument == target.repo || argument == target.repo + "@" + target.revision ||
           argument == target.hub + "/" + target.repo;
}

/// "ns/name" of "hub/ns/name@revision".
std::string_view name_in(std::string_view argument, config::settings const& settings) {
    auto name = argument.substr(0, argument.find('@'));
    auto const slash = name.find('/');
    bool const with_hub = slash != std::string_view::npos &&
                          name.find('/', slash + 1) != std::string_view::npos &&
                          settings.hubs.contains(std::string{name.substr(0, slash)});
    if (with_hub) name.remove_prefix(slash + 1);
    return name;
}

error not_watched(std::string const& argument, std::vector<watch> const& all) {
    std::vector<std::string> names;
    for (auto const& one : all)
        names.push_back(one.repo);
    auto const near = nearest(argument, names);
    auto out = failure(
        errc::invalid,
        printable(argument) + " is not watched",
        near ? "did you mean " + *near + "?"
             : "add a [[watch]] with repo = \"" + printable(argument) + "\" to the configuration"
    );
    out.status = 404;
    return out;
}

} // namespace

error no_model_name(std::string_view argument) {
    auto hint = model_name_hint(argument);
    if (hint.empty()) hint = "write namespace/name, or namespace/name@revision";
    return failure(
        errc::invalid, "not a model's name: \"" + shortened(printable(argument), 120) + "\"", std::move(hint)
    );
}

result<std::vector<watch>> select_watches(
    config::settings const& settings, storage::store& db, std::vector<std::string> const& arguments
) {
    auto const all = all_watches(settings, db);
    if (arguments.empty()) return all;
    std::vector<watch> out;
    for (auto const& argument : arguments) {
        auto const before = out.size();
        std::copy_if(all.begin(), all.end(), std::back_inserter(out), [&](watch const& w) {
            return means(argument, w);
        });
        if (out.size() != before) continue;
        if (!is_model_name(name_in(argument, settings))) return no_model_name(argument);
        return not_watched(argument, all);
    }
    return out;
}

result<std::string> joined_names(std::vector<std::string> const& arguments) {
    std::string out;
    for (auto const& one : arguments) {
        if (one.empty() || one.find(' ') != std::string::npos) return no_model_name(one);
        out += (out.empty() ? "" : " ") + one;
    }
    return out;
}

result<std::vector<watch>>
watches_of_repo(config::settings const& settings, storage::store& db, std::string const& repo) {
    auto found = select_watches(settings, db, {repo});
    if (!found) return found;
    for (auto const& one : *found) {
        if (one.hub == found->front().hub && one.repo == found->front().repo) continue;
        return failure(
            errc::invalid,
            printable(repo) + " is watched on several hubs",
            "name one: " + found->front().hub + "/" + found->front().repo
        );
    }
    return found;
}

link_source links_of(config::settings const& settings, std::string const& hub) {
    auto const found = settings.hubs.find(hub);
    auto const endpoint = found == settings.hubs.end() ? std::string{} : found->second.endpoint;
    return [endpoint](std::string_view repo, std::string_view commit) {
        auto out = endpoint + "/" + std::string{repo};
        return commit.empty() ? out : out + "/commit/" + std::string{commit};
    };
}

} // namespace modelwatch
