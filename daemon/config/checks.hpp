#pragma once

#include "daemon/config/config.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::config {

/// What is wrong with a value: "must be …". An empty `why` means that it is fine. `hint` follows the quoted
/// value.
struct complaint {
    std::string why;
    std::string hint;

    explicit operator bool() const noexcept { return !why.empty(); }
};

/// Looks at a text and may bring it into its canonical form (a commit in lower case, a URL without its last
/// slash).
using text_check = std::function<complaint(std::string&)>;

[[nodiscard]] text_check one_of(std::vector<std::string> words);

[[nodiscard]] complaint check_repo(std::string& value); ///< "namespace/name", or an old "name"
[[nodiscard]] complaint check_account(std::string& value);
[[nodiscard]] complaint check_revision(std::string& value);
[[nodiscard]] complaint check_full_commit(std::string& value); ///< 40 or 64 hex digits
[[nodiscard]] complaint check_commit(std::string& value);      ///< 7 to 64 hex digits
[[nodiscard]] complaint check_name(std::string& value);        ///< of a hub or notifier
[[nodiscard]] complaint check_not_empty(std::string& value);
[[nodiscard]] complaint check_format(std::string& value);    ///< "safetensors"
[[nodiscard]] complaint check_rating(std::string& value);    ///< "Medium-High"
[[nodiscard]] complaint check_country(std::string& value);   ///< "DE": ISO 3166-1 alpha-2
[[nodiscard]] complaint check_date(std::string& value);      ///< "2026-01-31"
[[nodiscard]] complaint check_enforced(std::string& value);  ///< a policy that is built in
[[nodiscard]] complaint check_kind_glob(std::string& value); ///< matches at least one alert kind
[[nodiscard]] complaint check_schedule(std::string& value);
[[nodiscard]] complaint check_timezone(std::string& value); ///< known to the time zone database
[[nodiscard]] complaint check_address(std::string& value);  ///< a bare email address

[[nodiscard]] complaint check_endpoint(std::string& value);   ///< https://, or http:// for loopback; no query
[[nodiscard]] complaint check_url(std::string& value);        ///< the same, with a query allowed
[[nodiscard]] complaint check_public_url(std::string& value); ///< http:// or https://, anywhere; no query
[[nodiscard]] complaint check_proxy(std::string& value);      ///< http://host:port or "none", no password
[[nodiscard]] complaint check_listen(std::string& value);     ///< "address:port", "unix:/path", ""
[[nodiscard]] complaint check_socket_mode(std::string& value); ///< "0660"
[[nodiscard]] complaint check_ehlo(std::string& value);        ///< a full host name or an address literal
[[nodiscard]] complaint check_smtp(std::string& value);

/// Formats of weights as `require_formats` names them, most of them the ends of file names: those of `diff`,
/// which this room does not see; a test holds the two together.
[[nodiscard]] std::vector<std::string> weight_format_names();

[[nodiscard]] std::vector<std::string> alert_kind_names();
/// Checks of the rubric and policies, in the spelling of `assess`, which this room does not see; a test holds
/// the two together.
[[nodiscard]] std::vector<std::string> check_names();
[[nodiscard]] std::vector<std::string> built_in_policy_names();

} // namespace modelwatch::config
