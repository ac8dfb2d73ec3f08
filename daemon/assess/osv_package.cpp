#include "daemon/assess/osv_package.hpp"

#include "daemon/model/text.hpp"

#include <algorithm>

namespace modelwatch::assess {

namespace {

constexpr std::size_t longest_purl = 1024;

int digit_of(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// nullopt: a broken escape.
std::optional<std::string> unescaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        auto const high = digit_of(text[i + 1]);
        auto const low = digit_of(text[i + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

bool is_part(std::string_view part) {
    return !part.empty() && part.size() <= 96 && std::all_of(part.begin(), part.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
               c == '_' || c == '-';
    });
}

/// Old models of the Hub have no namespace.
std::optional<std::string> repo_of(std::string_view path) {
    auto const parts = split(path, '/');
    if (parts.empty() || parts.size() > 2 || !std::all_of(parts.begin(), parts.end(), is_part))
        return std::nullopt;
    return lower(path);
}

} // namespace

std::optional<named_model> parse_model_purl(std::string_view purl) {
    if (purl.size() > longest_purl || lower(purl.substr(0, 4)) != "pkg:") return std::nullopt;
    purl.remove_prefix(4);
    while (purl.starts_with('/'))
        purl.remove_prefix(1);
    auto const slash = purl.find('/');
    if (slash == std::string_view::npos || lower(purl.substr(0, slash)) != "huggingface") return std::nullopt;
    purl = purl.substr(slash + 1);
    purl = purl.substr(0, purl.find('#'));
    purl = purl.substr(0, purl.find('?'));
    auto const at = purl.find('@');
    auto const path = unescaped(purl.substr(0, at));
    auto const version =
        at == std::string_view::npos ? std::optional{std::string{}} : unescaped(purl.substr(at + 1));
    if (!path || !version) return std::nullopt;
    auto repo = repo_of(*path);
    if (!repo) return std::nullopt;
    return named_model{std::move(*repo), lower(*version)};
}

std::optional<named_model> model_of(json::object const& package) {
    if (auto const purl = text_of(package, "purl"); !purl.empty()) return parse_model_purl(purl);
    auto ecosystem = lower(text_of(package, "ecosystem"));
    std::erase_if(ecosystem, [](char c) { return c == ' ' || c == '-' || c == '_'; });
    if (ecosystem != "huggingface") return std::nullopt;
    auto repo = repo_of(text_of(package, "name"));
    if (!repo) return std::nullopt;
    return named_model{std::move(*repo), {}};
}

} // namespace modelwatch::assess
