#pragma once

#include "daemon/model/failure.hpp"
#include "daemon/model/result.hpp"
#include "daemon/net/http.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace modelwatch::hub {

/// What an answer means, by X-Error-Code first, then by its words, then by its status (hub-api, section 4).
enum class meaning {
    ok,
    partial, ///< 206
    not_modified,
    gated,          ///< there, but not for us
    disabled,       ///< withdrawn
    repo_not_found, ///< the hub says so in so many words
    revision_not_found,
    entry_not_found,
    not_found,       ///< 404 without a reason
    bad_credentials, ///< our token is refused
    unauthenticated, ///< 401 without a reason: missing, private, or a token that is refused in other words
    forbidden,       ///< 403 without a reason that we know
    bad_request,
    bad_range,
    not_offered, ///< 405, 501: this server has no such endpoint
    other,
};

[[nodiscard]] meaning meaning_of(net::http_response const& answer);

/// Whether an answer merely declines: the repo or the server does not offer what was asked for. Not a fault.
[[nodiscard]] bool tells_nothing(meaning what) noexcept;

/// X-Error-Message, else the `error` of a JSON body, else a short plain text. Printable, at most 240 bytes;
/// the token is blotted out should the hub repeat it.
[[nodiscard]] std::string hub_message(net::http_response const& answer, std::string_view token);

/// "GET huggingface.co/api/models/x": never a query.
[[nodiscard]] std::string request_name(std::string_view method, std::string_view url);

/// An answer that cannot be used, as an error: method, place, status, error code, request id, and what to do.
[[nodiscard]] error failure_of(
    std::string_view method, std::string_view url, net::http_response const& answer, std::int64_t now_unix
);

/// Puts the request before what a parser complains about.
[[nodiscard]] error at_request(error problem, std::string_view method, std::string_view url);

/// Refuses a 200 that is not JSON by its own account (captive portals, proxies, login pages).
[[nodiscard]] result<void> expect_json(net::http_response const& answer);

} // namespace modelwatch::hub
