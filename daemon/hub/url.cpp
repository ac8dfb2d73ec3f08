#include "daemon/hub/url.hpp"

#include "daemon/model/text.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>
#include <boost/url/url_view.hpp>

#include <stdexcept>

namespace modelwatch::hub {

namespace {

namespace urls = boost::urls;

bool is_unreserved(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

std::string encoded(std::string_view text, bool keep_slash) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    out.reserve(text.size() + 16);
    for (char const c : text) {
        if (is_unreserved(c) || (keep_slash && c == '/')) {
            out += c;
            continue;
        }
        auto const byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

std::optional<urls::url_view> parsed(std::string_view url) {
    auto view = urls::parse_uri(url);
    if (!view || (view->scheme() != "http" && view->scheme() != "https") || view->encoded_host().empty()) {
        return std::nullopt;
    }
    return *view;
}

std::string origin_of(urls::url_view const& url) {
    std::string out = lower(std::string_view(url.scheme().data(), url.scheme().size()));
    auto const host = url.encoded_host();
    out += "://" + lower(std::string_view(host.data(), host.size())) + ":";
    auto const port = url.port();
    out += port.empty() ? std::string(out.starts_with("https:") ? "443" : "80")
                        : std::string(port.data(), port.size());
    return out;
}

bool is_id_part(std::string_view part) noexcept {
    if (part.empty() || part.size() > 128 || part == "." || part == "..") return false;
    for (char const c : part) {
        if (!is_unreserved(c) || c == '~') return false;
    }
    return true;
}

} // namespace

std::string encoded_segment(std::string_view text) {
    return encoded(text, false);
}

std::string encoded_path(std::string_view path) {
    return encoded(path, true);
}

std::string place_of(std::string_view url) {
    auto const view = parsed(url);
    if (!view) return "an unusable URL";
    auto const host = view->encoded_host_and_port();
    auto const path = view->encoded_path();
    return std::string(host.data(), host.size()) + std::string(path.data(), path.size());
}

std::string path_of(std::string_view url) {
    auto const view = parsed(url);
    if (!view) return {};
    auto const path = view->encoded_path();
    return {path.data(), path.size()};
}

std::optional<std::string> redirect_target(std::string_view base, std::string_view location) {
    if (location.size() > 8'192) return std::nullopt;
    auto const from = parsed(base);
    auto const to = urls::parse_uri_reference(trimmed(location));
    if (!from || !to) return std::nullopt;
    urls::url target;
    if (!urls::resolve(*from, *to, target)) return std::nullopt;
    // A Location with a user name is a trick to make one host look like another.
    if (target.has_userinfo()) return std::nullopt;
    target.remove_fragment();
    std::string text(target.buffer().data(), target.buffer().size());
    if (!parsed(text)) return std::nullopt;
    return text;
}

bool same_origin(std::string_view left, std::string_view right) {
    auto const one = parsed(left);
    auto const other = parsed(right);
    return one && other && origin_of(*one) == origin_of(*other);
}

std::optional<std::string> next_link(std::string_view link_header) {
    std::size_t at = 0;
    while ((at = link_header.find('<', at)) != std::string_view::npos) {
        auto const end = link_header.find('>', at);
        if (end == std::string_view::npos) return std::nullopt;
        // Parameters reach to the next target; a cursor may hold commas, so the angle brackets decide.
        auto const next = link_header.find('<', end);
        auto const parameters =
            lower(link_header.substr(end + 1, next == std::string_view::npos ? next : next - end - 1));
        for (auto const part : split(parameters, ';')) {
            auto const word = trimmed(part.substr(0, part.find(',')));
            if (word == "rel=\"next\"" || word == "rel=next") {
                return std::string(link_header.substr(at + 1, end - at - 1));
            }
        }
        at = end;
    }
    return std::nullopt;
}

bool is_repo_id(std::string_view text) noexcept {
    auto const slash = text.find('/');
    if (slash == std::string_view::npos) return is_id_part(text);
    return is_id_part(text.substr(0, slash)) && is_id_part(text.substr(slash + 1));
}

endpoint::endpoint(std::string_view base)
    : base_(trimmed(base)) {
    while (base_.ends_with('/'))
        base_.pop_back();
    auto const view = parsed(base_);
    if (!view || view->has_userinfo() || view->has_query() || view->has_fragment()) {
        throw std::invalid_argument(
            "a hub's endpoint must be an http(s) URL without user name, query or fragment"
        );
    }
}

std::optional<std::string> endpoint::at_home(std::string_view answered, std::string_view link) const {
    auto const target = redirect_target(answered, link);
    auto const place = target ? parsed(*target) : std::nullopt;
    if (!place) return std::nullopt;
    auto const prefix = path_of(base_);
    auto path = path_of(*target);
    auto const api = path.find("/api/");
    if (!prefix.empty() && path.starts_with(prefix + "/")) {
        path.erase(0, prefix.size());
    } else if (api != std::string::npos && (!prefix.empty() || !owns(*target))) {
        path.erase(0, api); // under another prefix than ours, or under none
    }
    auto const query = place->encoded_query();
    if (place->has_query()) path.append("?").append(query.data(), query.size());
    return base_ + path;
}

std::string endpoint::api(std::string_view tail) const {
    return base_ + "/api/" + std::string(tail);
}

std::string endpoint::model(std::string_view repo, std::string_view tail) const {
    auto url = base_ + "/api/models/" + encoded_path(repo);
    if (!tail.empty()) url.append("/").append(tail);
    return url;
}

std::string
endpoint::model_at(std::string_view repo, std::string_view what, std::string_view revision) const {
    return model(repo, what) + "/" + encoded_segment(revision);
}

std::string endpoint::resolve(std::string_view repo, std::string_view commit, std::string_view path) const {
    return base_ + "/" + encoded_path(repo) + "/resolve/" + encoded_segment(commit) + "/" +
           encoded_path(path);
}

std::string endpoint::page(std::string_view repo, std::string_view commit) const {
    auto url = base_ + "/" + encoded_path(repo);
    if (!commit.empty()) url += "/commit/" + encoded_segment(commit);
    return url;
}

} // namespace modelwatch::hub
