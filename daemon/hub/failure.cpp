#include "daemon/hub/failure.hpp"

#include "daemon/hub/url.hpp"
#include "daemon/model/json.hpp"
#include "daemon/model/mending.hpp"
#include "daemon/model/text.hpp"

#include <boost/json/parse.hpp>

#include <array>
#include <utility>

namespace modelwatch::hub {

namespace {

constexpr std::string_view disabled_words = "Access to this resource is disabled.";
constexpr std::string_view bad_token_words = "Invalid credentials in Authorization header";
constexpr std::string_view portal_hint = "a proxy, a login page or a captive portal may be answering in the "
                                         "hub's place: check `endpoint` and `proxy`";

std::string raw_message(net::http_response const& answer) {
    auto const header = trimmed(answer.header("x-error-message"));
    if (!header.empty()) return std::string(header);
    if (answer.body.size() > 64 * 1'024) return {};
    boost::system::error_code failed;
    json::parse_options options;
    options.max_depth = 16;
    auto const body = json::parse(mended_json(answer.body).value_or(answer.body), failed, {}, options);
    if (!failed && body.is_object()) return std::string(text_of(body.get_object(), "error"));
    auto const plain = trimmed(answer.body);
    bool const markup = plain.starts_with('<') || plain.starts_with('{') || plain.starts_with('[');
    return markup ? std::string() : std::string(plain.substr(0, 1'024));
}

meaning by_code(std::string_view code) noexcept {
    static constexpr std::array<std::pair<std::string_view, meaning>, 5> known{{
        {"GatedRepo", meaning::gated},
        {"RepoNotFound", meaning::repo_not_found},
        {"RevisionNotFound", meaning::revision_not_found},
        {"EntryNotFound", meaning::entry_not_found},
        {"NotImplemented", meaning::not_offered},
    }};
    for (auto const& [name, what] : known) {
        if (code == name) return what;
    }
    return meaning::other;
}

meaning by_status(unsigned status) noexcept {
    switch (status) {
    case 200:
        return meaning::ok;
    case 206:
        return meaning::partial;
    case 304:
        return meaning::not_modified;
    case 400:
    case 422:
        return meaning::bad_request;
    case 401:
        return meaning::unauthenticated;
    case 403:
        return meaning::forbidden;
    case 404:
    case 410:
        return meaning::not_found;
    case 405:
    case 501:
        return meaning::not_offered;
    case 416:
        return meaning::bad_range;
    default:
        return meaning::other;
    }
}

meaning by_words(unsigned status, std::string_view words) noexcept {
    if (status == 401 && words.find(bad_token_words) != std::string_view::npos)
        return meaning::bad_credentials;
    if (status == 403 && words.find(disabled_words) != std::string_view::npos) return meaning::disabled;
    if (status == 404 && words.find("Invalid rev id") != std::string_view::npos)
        return meaning::revision_not_found;
    return meaning::other;
}

errc code_of(meaning what, unsigned status) noexcept {
    switch (what) {
    case meaning::repo_not_found:
    case meaning::revision_not_found:
    case meaning::entry_not_found:
    case meaning::not_found:
        return errc::not_found;
    case meaning::bad_credentials:
        return errc::unauthorized;
    default:
        break;
    }
    if (status == 429) return errc::limited;
    if (status == 408) return errc::timeout;
    if (status >= 500) return errc::server_fault;
    if (status >= 400) return errc::refused;
    return errc::malformed;
}

std::string hint_for(meaning what, unsigned status) {
    switch (what) {
    case meaning::gated:
        return "the repo is gated: ask for access on its page with the account of the configured token";
    case meaning::bad_credentials:
        return "the hub refuses the configured token (revoked, expired or mistyped): put a fresh one into "
               "its "
               "token_file";
    case meaning::unauthenticated:
        return "the hub wants a token that may read this: check the token_file of this hub";
    case meaning::not_offered:
        return "this server does not have that endpoint";
    case meaning::bad_request:
        return "the hub does not understand the request; is `endpoint` such a hub?";
    default:
        break;
    }
    if (status == 407) return "the proxy wants credentials: put them into `proxy`";
    if (status == 429) return "too many requests for this account or address; a token raises the limit";
    if (status >= 500) return "the hub has trouble of its own; nothing to do unless it lasts";
    return {};
}

} // namespace

bool tells_nothing(meaning what) noexcept {
    switch (what) {
    case meaning::gated:
    case meaning::disabled:
    case meaning::forbidden:
    case meaning::unauthenticated:
    case meaning::not_found:
    case meaning::repo_not_found:
    case meaning::entry_not_found:
    case meaning::revision_not_found:
    case meaning::not_offered:
        return true;
    default:
        return false;
    }
}

meaning meaning_of(net::http_response const& answer) {
    if (answer.status >= 400) {
        auto const coded = by_code(trimmed(answer.header("x-error-code")));
        if (coded != meaning::other) return coded;
        if (answer.status == 401 || answer.status == 403 || answer.status == 404) {
            auto const worded = by_words(answer.status, raw_message(answer));
            if (worded != meaning::other) return worded;
        }
    }
    return by_status(answer.status);
}

std::string hub_message(net::http_response const& answer, std::string_view token) {
    auto text = raw_message(answer);
    if (!token.empty()) {
        for (auto at = text.find(token); at != std::string::npos; at = text.find(token, at)) {
            text.replace(at, token.size(), "***");
        }
    }
    return shortened(printable(text), 240);
}

std::string request_name(std::string_view method, std::string_view url) {
    return std::string(method) + " " + place_of(url);
}

error failure_of(
    std::string_view method, std::string_view url, net::http_response const& answer, std::int64_t now_unix
) {
    auto const what = meaning_of(answer);
    auto text = request_name(method, url) + ": " + std::to_string(answer.status);
    if (!answer.reason.empty()) text += " " + shortened(printable(answer.reason), 60);
    std::string facts;
    auto const add = [&](std::string_view name, std::string_view value) {
        if (value.empty()) return;
        facts += facts.empty() ? " (" : ", ";
        facts += name;
        facts += " " + shortened(printable(value), 120);
    };
    add("error code", trimmed(answer.header("x-error-code")));
    add("request id", trimmed(answer.header("x-request-id")));
    if (!facts.empty()) text += facts + ")";
    auto made = failure(code_of(what, answer.status), std::move(text), hint_for(what, answer.status));
    made.status = answer.status;
    if (answer.status >= 400)
        made.retry_after = net::parse_retry_after(answer.header("retry-after"), now_unix);
    return made;
}

error at_request(error problem, std::string_view method, std::string_view url) {
    problem.what = request_name(method, url) + ": " + problem.what;
    return problem;
}

result<void> expect_json(net::http_response const& answer) {
    auto const type = lower(answer.header("content-type"));
    if (!type.empty() && type.find("json") == std::string::npos) {
        return failure(
            errc::malformed,
            "the answer is " + shortened(printable(type), 60) + " where JSON was asked for",
            std::string(portal_hint)
        );
    }
    auto const head = std::string_view(answer.body).substr(0, 256);
    if (trimmed(head.substr(head.starts_with("\xef\xbb\xbf") ? 3 : 0)).starts_with('<')) {
        return failure(
            errc::malformed,
            "the answer is a page of markup where JSON was asked for",
            std::string(portal_hint)
        );
    }
    return {};
}

} // namespace modelwatch::hub
