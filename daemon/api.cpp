#include "daemon/api.hpp"

#include "daemon/api_changes.hpp"
#include "daemon/api_commands.hpp"
#include "daemon/api_reading.hpp"
#include "daemon/http/page.hpp"

#include <boost/asio/use_awaitable.hpp>

namespace modelwatch {

/// An open page asks again every 15 seconds, and many may be open.
static constexpr std::chrono::seconds page_age{1};

std::vector<http::endpoint> endpoints(api_deps deps) {
    auto const shared = std::make_shared<api_deps>(std::move(deps));
    std::vector<http::endpoint> out;
    add_pages(out, shared);
    add_reading(out, shared);
    add_changes(out, shared);
    add_commands(out, shared);
    add_check(out, shared);
    for (auto& one : out) {
        bool const page =
            one.pattern == "/" || one.pattern == "/alerts" || one.pattern == "/models/{ns}/{name}";
        if (page) one.fresh_for = page_age;
    }
    return out;
}

} // namespace modelwatch
