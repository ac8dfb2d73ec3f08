#include "daemon/hub/model_name.hpp"

#include "daemon/hub/url.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace modelwatch::hub {

namespace {

constexpr auto hub_hosts =
    std::to_array<std::string_view>({"huggingface.co", "www.huggingface.co", "hf.co", "www.hf.co"});

/// First parts of the Hub's paths that are no accounts.
constexpr auto other_pages = std::to_array<std::string_view>(
    {"api",
     "datasets",
     "spaces",
     "collections",
     "papers",
     "docs",
     "blog",
     "posts",
     "tasks",
     "models",
     "organizations",
     "settings",
     "join",
     "login",
     "kernels",
     "buckets",
     "new",
     "search"}
);

bool is_one_of(auto const& list, std::string_view word) noexcept {
    return std::find(list.begin(), list.end(), word) != list.end();
}

bool take(std::string_view& text, std::string_view start) {
    if (lower(text.substr(0, start.size())) != start) return false;
    text.remove_prefix(start.size());
    return true;
}

/// "host[:port]/path" of a base URL, lower case.
std::string place_without_scheme(std::string_view base) {
    auto const scheme = base.find("://");
    auto place = lower(scheme == std::string_view::npos ? base : base.substr(scheme + 3));
    while (place.ends_with('/'))
        place.pop_back();
    return place;
}

/// What follows the hub's own address; nullopt: it is no such URL.
std::optional<std::string_view> path_on_hub(std::string_view text, std::string_view endpoint) {
    if (take(text, "hf://")) {
        take(text, "models/");
        return text;
    }
    bool const schemed = take(text, "https://") || take(text, "http://") || take(text, "//");
    auto const home = place_without_scheme(endpoint);
    if (!home.empty() && take(text, home + "/")) return text;
    auto const slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    auto host = lower(text.substr(0, slash));
    if (schemed) host = host.substr(0, host.find(':'));
    if (!is_one_of(hub_hosts, host)) return std::nullopt;
    return text.substr(slash + 1);
}

/// "<https://…>" of Markdown, and quotes.
std::string_view unwrapped(std::string_view text) noexcept {
    text = trimmed(text);
    bool const wrapped = text.size() > 2 && ((text.front() == '<' && text.back() == '>') ||
                                             (text.front() == '"' && text.back() == '"'));
    return wrapped ? trimmed(text.substr(1, text.size() - 2)) : text;
}

} // namespace

std::string named_model(std::string_view text, std::string_view endpoint) {
    auto const path = path_on_hub(unwrapped(text), endpoint);
    if (!path) return std::string(trimmed(text));
    auto rest = path->substr(0, path->find_first_of("?#"));
    if (rest.starts_with("api/models/")) rest.remove_prefix(11);
    auto parts = split(rest, '/');
    std::erase_if(parts, [](std::string_view part) { return part.empty(); });
    if (parts.empty() || is_one_of(other_pages, lower(parts[0]))) return std::string(trimmed(text));
    // A legacy model has no account: one part, or a page of it.
    bool const legacy =
        parts.size() == 1 || parts[1] == "tree" || parts[1] == "blob" || parts[1] == "resolve";
    auto name = std::string(parts[0]);
    if (!legacy) name += "/" + std::string(parts[1].substr(0, parts[1].find('@')));
    if (name.ends_with(".git")) name.resize(name.size() - 4);
    return is_repo_id(name) ? name : std::string(trimmed(text));
}

} // namespace modelwatch::hub
