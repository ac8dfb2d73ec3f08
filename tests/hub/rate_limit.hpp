#pragma once

#include "tests/hub/world.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace modelwatch::hub_double {

struct allowance {
    bool allowed = true;
    std::string_view bucket;
    std::uint64_t limit = 0;
    std::uint64_t remaining = 0;
    std::uint64_t reset = 0; ///< seconds
    std::uint64_t window = 300;

    /// The two header lines that every answer carries.
    [[nodiscard]] std::string header_text() const;
};

/// api, resolvers or pages.
[[nodiscard]] std::string_view bucket_of(std::string_view target);

/// Fixed windows per account and bucket. Limits are those of the Hub's documentation unless the settings say
/// otherwise: {"rate_limits": {"enforce": bool, "window_seconds": n, "anonymous": {"api": n, …}, …}}.
class rate_limiter {
public:
    using time = std::chrono::steady_clock::time_point;

    [[nodiscard]] allowance take(
        world const& hub, std::string const& who, std::string_view account, std::string_view target, time now
    );

    void forget() { windows_.clear(); }

private:
    struct window {
        time start;
        std::uint64_t used = 0;
    };

    std::map<std::string, window, std::less<>> windows_;
};

} // namespace modelwatch::hub_double
