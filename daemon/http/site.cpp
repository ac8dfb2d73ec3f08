#include "daemon/http/site.hpp"

#include "daemon/model/digest.hpp"
#include "daemon/model/host.hpp"
#include "daemon/model/text.hpp"

#include <boost/asio/use_awaitable.hpp>
#include <openssl/crypto.h>

#include <set>
#include <stdexcept>

namespace modelwatch::http {

namespace {

/// The page needs its own styles and script and nothing from elsewhere.
constexpr std::string_view content_policy =
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

void add_security_headers(response& to) {
    to.headers.emplace_back("Content-Security-Policy", content_policy);
    to.headers.emplace_back("X-Content-Type-Options", "nosniff");
    to.headers.emplace_back("X-Frame-Options", "DENY");
    to.headers.emplace_back("Referrer-Policy", "no-referrer");
    to.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
    bool const says = std::any_of(to.headers.begin(), to.headers.end(), [](auto const& one) {
        return one.first == "Cache-Control";
    });
    if (!says) to.headers.emplace_back("Cache-Control", "no-store");
}

bool is_capture(std::string_view segment) noexcept {
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

std::optional<captures> fits(std::string const& pattern, std::vector<std::string> const& path) {
    captures out;
    std::size_t at = 0;
    for (auto const segment : split(std::string_view{pattern}.substr(1), '/')) {
        if (segment.empty()) continue; // "/" itself
        if (at == path.size()) return std::nullopt;
        if (is_capture(segment)) {
            out.emplace(segment.substr(1, segment.size() - 2), path[at]);
        } else if (segment != path[at]) {
            return std::nullopt;
        }
        ++at;
    }
    if (at != path.size()) return std::nullopt;
    return out;
}

std::string_view bearer(request const& asked) {
    auto const value = asked.header("authorization");
    constexpr std::string_view scheme = "bearer ";
    if (value.size() <= scheme.size() || lower(value.substr(0, scheme.size())) != scheme) return {};
    return trimmed(value.substr(scheme.size()));
}

/// A browser says who wrote the page that asks; programs say neither.
bool comes_from_elsewhere(request const& asked) {
    auto const site = asked.header("sec-fetch-site");
    if (!site.empty()) return site != "same-origin" && site != "none";
    auto const origin = asked.header("origin");
    auto const host = asked.header("host");
    return !origin.empty() && origin != "http://" + std::string{host} &&
           origin != "https://" + std::string{host};
}

response unauthorized() {
    auto out = refusal(
        401, "a bearer token is needed", "send `Authorization: Bearer TOKEN` of daemon.api_token_file"
    );
    out.headers.emplace_back("WWW-Authenticate", "Bearer");
    return out;
}

} // namespace

bool same_secret(std::string_view left, std::string_view right) {
    // Of equal length whatever they are, so that not even the length shows.
    auto const a = sha256_hex(left);
    auto const b = sha256_hex(right);
    return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool is_own_host(std::string_view host) noexcept {
    if (host.empty()) return true; // HTTP/1.0, or a Unix socket
    auto const [name, port] = split_host_port(host);
    if (port.find_first_not_of("0123456789") != std::string_view::npos) return false;
    bool const bare_ipv6 = name.find(':') != std::string_view::npos && !name.starts_with('[');
    return name == "modelwatch" || (!bare_ipv6 && is_loopback_host(name));
}

site::site(std::vector<endpoint> map, site_rules rules)
    : map_(std::move(map))
    , rules_(std::move(rules)) {
    std::set<std::string> seen;
    for (auto const& one : map_) {
        if (!seen.insert(one.method + " " + one.pattern).second)
            throw std::logic_error("two endpoints for " + one.method + " " + one.pattern);
    }
}

site::match site::find(request const& asked) const {
    match out;
    auto const method = asked.method == "HEAD" ? "GET" : asked.method;
    for (auto const& one : map_) {
        auto values = fits(one.pattern, asked.path);
        if (!values) continue;
        out.allowed += (out.allowed.empty() ? "" : ", ") + (one.method == "GET" ? "GET, HEAD" : one.method);
        if (one.method != method || out.found != nullptr) continue;
        out.found = &one;
        out.values = std::move(*values);
    }
    return out;
}

bool site::may(endpoint const& what, request const& asked) const {
    if (what.who == access::open || what.who == access::own) return true;
    if (what.who == access::read && !rules_.strangers) return true;
    auto const given = bearer(asked);
    auto const fits = [&](std::string const& token) { return !token.empty() && same_secret(given, token); };
    return fits(rules_.token) || fits(rules_.local_token);
}

/// Only for who may ask: what is kept is looked for behind every check.
asio::awaitable<response> site::answer(match found, request asked) const {
    auto const& what = *found.found;
    bool const keeps = what.fresh_for.count() > 0 && what.method == "GET" && rules_.state;
    if (!keeps) {
        auto out = co_await what.answer(std::move(asked), std::move(found.values));
        co_return out;
    }
    auto const state = rules_.state();
    auto const now = std::chrono::steady_clock::now();
    if (auto const* const made = kept_->find(asked, state, now)) co_return *made;
    auto out = co_await what.answer(asked, std::move(found.values));
    kept_->keep(asked, state, out, now + what.fresh_for);
    co_return out;
}

asio::awaitable<response> site::respond(request asked) const {
    response out;
    auto found = find(asked);
    if (rules_.check_host && !is_own_host(asked.header("host"))) {
        out = refusal(421, "this is not a name of this host", "ask for 127.0.0.1, or put a proxy before it");
    } else if (found.allowed.empty()) {
        out = refusal(404, "there is nothing here");
    } else if (found.found == nullptr) {
        out = refusal(405, "not with this method");
        out.headers.emplace_back("Allow", found.allowed);
    } else if (found.found->method != "GET" && comes_from_elsewhere(asked)) {
        out = refusal(403, "a page of another site may change nothing here");
    } else if (!may(*found.found, asked)) {
        out = unauthorized();
    } else {
        out = co_await answer(std::move(found), std::move(asked));
    }
    add_security_headers(out);
    co_return out;
}

} // namespace modelwatch::http
