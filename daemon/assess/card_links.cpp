#include "daemon/assess/card_links.hpp"

#include "daemon/assess/name_tokens.hpp"
#include "daemon/assess/repo_name.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <array>

namespace modelwatch::assess {

namespace {

/// First parts of addresses on the Hub, and of paths in repositories, that are no accounts.
constexpr auto no_accounts = std::to_array<std::string_view>(
    {"api",     "blog",     "chat",   "collections", "data",          "datasets", "docs",  "examples",
     "join",    "learn",    "models", "new",         "organizations", "papers",   "posts", "pricing",
     "scripts", "settings", "spaces", "src",         "tasks",         "tests",    "utils"}
);

constexpr auto file_endings = std::to_array<std::string_view>(
    {".bin", ".gguf", ".json", ".md", ".py", ".safetensors", ".sh", ".txt", ".yaml"}
);

bool is_model_id(std::string_view id) {
    if (!is_repo_id(id)) return false;
    auto const owner = lower(owner_of(id));
    auto const name = lower(name_of(id));
    if (std::ranges::find(no_accounts, owner) != no_accounts.end()) return false;
    if (is_packaging(owner) || is_packaging(name)) return false; // "fp16/bf16"
    return std::ranges::none_of(file_endings, [&](auto ending) { return name.ends_with(ending); });
}

std::string_view up_to(std::string_view text, std::string_view stops) noexcept {
    return text.substr(0, text.find_first_of(stops));
}

/// The first two parts of a path; full stops behind it belong to the sentence.
std::string model_of_path(std::string_view path) {
    path = up_to(path, "?#)]\"'`*<>| ");
    auto const slash = path.find('/');
    if (slash == std::string_view::npos) return {};
    auto name = up_to(path.substr(slash + 1), "/");
    while (!name.empty() && std::string_view{".,;:!"}.find(name.back()) != std::string_view::npos)
        name.remove_suffix(1);
    auto id = std::string{path.substr(0, slash)} + "/" + std::string{name};
    return is_model_id(id) ? id : std::string{};
}

std::string model_of_address(std::string_view word) {
    for (std::string_view const host : {"://huggingface.co/", "://www.huggingface.co/", "://hf.co/"}) {
        auto const at = word.find(host);
        if (at != std::string_view::npos) return model_of_path(word.substr(at + host.size()));
    }
    return {};
}

/// `ns/name`, [ns/name], **ns/name**: somebody marked it as a name.
std::string marked_model(std::string_view word) {
    auto const begin = word.find_first_not_of("(\"'*_`[");
    if (begin == std::string_view::npos || begin == 0) return {};
    if (word.substr(0, begin).find_first_of("`[*") == std::string_view::npos) return {};
    auto const id = up_to(word.substr(begin), "`]*)(\"',;:!");
    return is_model_id(id) ? std::string{id} : std::string{};
}

} // namespace

std::string linked_model(std::string_view word) {
    if (word.size() > 1024) return {};
    auto found = model_of_address(word);
    if (!found.empty() || word.find("://") != std::string_view::npos) return found;
    auto const relative = word.find("](/");
    if (relative != std::string_view::npos) return model_of_path(word.substr(relative + 3));
    return marked_model(word);
}

} // namespace modelwatch::assess
