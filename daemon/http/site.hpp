#pragma once

#include "daemon/http/answer_cache.hpp"
#include "daemon/http/exchange.hpp"
#include "daemon/net/asio.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::http {

/// Values of the named segments of a pattern.
using captures = std::map<std::string, std::string, std::less<>>;
using answerer = std::function<asio::awaitable<response>(request, captures)>;

enum class access {
    open,  ///< nothing that is worth protecting: /healthz
    read,  ///< what the operator may see; the token is asked for where strangers can connect
    write, ///< changes something: always the token
    own,   ///< the handler checks a secret of its own (hub webhooks)
};

/// One row of the site map.
struct endpoint {
    std::string method;  ///< "GET" (HEAD comes with it) or "POST"
    std::string pattern; ///< "/api/v1/models/{ns}/{name}"
    access who = access::read;
    answerer answer;
    std::chrono::milliseconds fresh_for{0}; ///< how long an answer is good for others who ask the same
};

struct site_rules {
    std::string token;            ///< empty: nothing may be changed
    std::string local_token = {}; ///< does as well
    bool strangers = false;       ///< others than this host's users can connect
    bool check_host =
        true; ///< only names of this host in `Host`: no web page elsewhere may ask through a browser
    std::function<std::uint64_t()> state = {}; ///< moves with what is shown; none: nothing is kept
};

/// Which handler answers what, and who may ask. Every answer carries the security headers.
class site {
public:
    /// Throws std::logic_error for a pattern that comes twice.
    site(std::vector<endpoint> map, site_rules rules);

    [[nodiscard]] asio::awaitable<response> respond(request asked) const;

    [[nodiscard]] std::vector<endpoint> const& map() const noexcept { return map_; }

private:
    struct match {
        endpoint const* found = nullptr;
        captures values;
        std::string allowed; ///< methods of endpoints with this path
    };

    [[nodiscard]] match find(request const& asked) const;
    [[nodiscard]] bool may(endpoint const& what, request const& asked) const;
    [[nodiscard]] asio::awaitable<response> answer(match found, request asked) const;

    std::vector<endpoint> map_;
    site_rules rules_;
    std::shared_ptr<answer_cache> kept_ = std::make_shared<answer_cache>();
};

/// Whether two secrets are the same, in a time that tells nothing about where they differ.
[[nodiscard]] bool same_secret(std::string_view left, std::string_view right);

/// `Host` names this machine by its loopback names or addresses.
[[nodiscard]] bool is_own_host(std::string_view host) noexcept;

} // namespace modelwatch::http
