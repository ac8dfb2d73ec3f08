#include "daemon/discover.hpp"
#include "daemon/model/text.hpp"

#include <set>

namespace modelwatch {

namespace {

namespace fs = std::filesystem;

/// A basic TOML string.
std::string quoted(std::string const& text) {
    std::string out = "\"";
    for (char const c : printable(text)) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

std::string entry_of(found_model const& one) {
    bool const known = !one.repo.empty();
    std::string const mark = known ? "" : "#";
    std::string out;
    if (!known)
        out += "# Nothing on the disk says which repo this came from: fill it in and delete the '#'.\n";
    if (!one.note.empty()) out += "# " + one.note + "\n";
    out += mark + "[[watch]]\n";
    out += mark + "repo = " + quoted(known ? one.repo : "namespace/name") + "\n";
    if (!one.commit.empty()) out += mark + "deployed = " + quoted(one.commit) + "\n";
    out += mark + "paths = [" + quoted(one.where.string()) + "]\n";
    return out;
}

} // namespace

std::vector<fs::path>
usual_places(std::function<std::optional<std::string>(std::string const&)> const& environment) {
    std::vector<fs::path> candidates;
    auto const home = environment("HOME").value_or("");
    if (auto const cache = environment("HF_HUB_CACHE")) {
        candidates.emplace_back(*cache);
    } else if (auto const base = environment("HF_HOME")) {
        candidates.emplace_back(fs::path{*base} / "hub");
    } else if (auto const xdg = environment("XDG_CACHE_HOME")) {
        candidates.emplace_back(fs::path{*xdg} / "huggingface/hub");
    } else if (!home.empty()) {
        candidates.emplace_back(fs::path{home} / ".cache/huggingface/hub");
    }
    if (!home.empty()) candidates.emplace_back(fs::path{home} / "models");
    for (auto const* common : {"/srv/models", "/opt/models", "/var/lib/models", "/models", "/data/models"})
        candidates.emplace_back(common);
    std::error_code ignored;
    std::erase_if(candidates, [&](fs::path const& one) { return !fs::exists(one, ignored); });
    return candidates;
}

std::string watch_entries(discovery const& found) {
    std::string out;
    std::set<std::string> named;
    for (auto one : found.models) {
        if (!one.repo.empty() && !named.insert(lower(one.repo)).second) {
            // One repo at one revision is watched once; a second copy is for a person to sort out.
            out += "\n# A further copy of " + one.repo + ": " + printable(one.where.string()) + "\n";
            continue;
        }
        out += "\n" + entry_of(one);
    }
    return out;
}

} // namespace modelwatch
