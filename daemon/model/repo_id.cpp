#include "daemon/model/repo_id.hpp"

#include "daemon/model/text.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace modelwatch {

namespace {

/// The Hub's namespaces of what is no model.
constexpr auto other_kinds = std::to_array<std::string_view>({"datasets", "spaces"});

bool is_other_kind(std::string_view part) {
    auto const word = lower(part.substr(0, 16));
    return std::find(other_kinds.begin(), other_kinds.end(), word) != other_kinds.end();
}

bool ends_in_git(std::string_view text) {
    return text.size() > 4 && lower(text.substr(text.size() - 4)) == ".git";
}

/// Without scheme and host: "https://huggingface.co/a/b", "git@hf.co:a/b", "huggingface.co/a/b", "hf://a/b".
std::string_view path_of_address(std::string_view text) {
    auto const scheme = text.find("://");
    if (scheme != std::string_view::npos) {
        bool const has_host = lower(text.substr(0, scheme)) != "hf";
        text.remove_prefix(scheme + 3);
        if (!has_host) return text;
        auto const slash = text.find('/');
        return slash == std::string_view::npos ? std::string_view{} : text.substr(slash + 1);
    }
    auto const colon = text.find(':');
    if (text.find('@') < colon && colon != std::string_view::npos) return text.substr(colon + 1);
    for (std::string_view const host : {"huggingface.co/", "www.huggingface.co/", "hf.co/"}) {
        if (lower(text.substr(0, host.size())) == host) return text.substr(host.size());
    }
    return text;
}

std::vector<std::string_view> segments_of(std::string_view path) {
    std::vector<std::string_view> out;
    for (auto const part : split(path.substr(0, path.find_first_of("?#@")), '/')) {
        if (!part.empty()) out.push_back(part);
    }
    if (out.size() > 1 && out.front() == "api") out.erase(out.begin());
    if (out.size() > 1 && out.front() == "models") out.erase(out.begin());
    return out;
}

/// What follows the name in the address of a page or a file of a model.
bool is_page(std::string_view part) {
    constexpr auto pages = std::to_array<std::string_view>(
        {"tree", "blob", "resolve", "raw", "commit", "commits", "discussions", "revision"}
    );
    return std::find(pages.begin(), pages.end(), part) != pages.end();
}

/// The model's name within what somebody typed or pasted; empty: there is none.
std::string name_within(std::string_view text) {
    auto const parts = segments_of(path_of_address(trimmed(text)));
    if (parts.empty()) return {};
    bool const alone = parts.size() == 1 || is_page(parts[1]);
    if (!alone && parts.size() > 2 && !is_page(parts[2])) return {};
    auto out = std::string{parts.front()};
    if (!alone) out += "/" + std::string{parts[1]};
    while (ends_in_git(out))
        out.resize(out.size() - 4);
    return is_model_name(out) ? out : std::string{};
}

} // namespace

bool is_repo_part(std::string_view part) noexcept {
    constexpr std::size_t longest = 96;
    if (part.empty() || part.size() > longest) return false;
    auto const fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
               c == '_' || c == '-';
    };
    auto const edge = [](char c) { return c == '.' || c == '-'; };
    if (!std::all_of(part.begin(), part.end(), fits) || edge(part.front()) || edge(part.back())) return false;
    return part.find("..") == std::string_view::npos && part.find("--") == std::string_view::npos;
}

bool is_model_name(std::string_view text) noexcept {
    auto const slash = text.find('/');
    auto const first = text.substr(0, slash);
    if (!is_repo_part(first) || ends_in_git(text)) return false;
    if (slash == std::string_view::npos) return true;
    return !is_other_kind(first) && is_repo_part(text.substr(slash + 1));
}

std::string model_name_hint(std::string_view text) {
    auto const parts = segments_of(path_of_address(trimmed(text)));
    if (!parts.empty() && is_other_kind(parts.front()))
        return "only models are watched, no datasets and no Spaces: write namespace/name of a model";
    if (auto const name = name_within(text); !name.empty() && name != text) return "write \"" + name + "\"";
    return {};
}

} // namespace modelwatch
