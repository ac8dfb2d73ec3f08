#pragma once

#include "daemon/net/clock.hpp"
#include "daemon/net/http.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace modelwatch::hub {

/// The hub counts requests in three buckets, by path. `account` is ours: whoami has a strict limit of its
/// own, which must not stop the polls.
enum class bucket : std::uint8_t { api, resolvers, pages, account };

[[nodiscard]] bucket bucket_of(std::string_view path) noexcept;

/// One item of a RateLimit or RateLimit-Policy header; what is not said is empty.
struct rate_item {
    std::optional<bucket> which;
    std::optional<std::uint64_t> remaining;    ///< r
    std::optional<std::chrono::seconds> reset; ///< t
    std::optional<std::uint64_t> quota;        ///< q
};

/// Reads either header: `"api";r=499;t=295` and `"fixed window";"api";q=500;w=300`. Lenient about blanks,
/// quotes and stray backslashes; what makes no sense is left out.
[[nodiscard]] std::vector<rate_item> parse_rate_items(std::string_view value);

/// How many requests may still go to one hub, shared by all of its watches. Pure: the time is passed in.
class rate_budget {
public:
    /// `own_limit`: requests per five minutes that we allow ourselves; 0: only what the hub says.
    explicit rate_budget(unsigned own_limit = 0, std::uint64_t seed = 0);

    struct permit {
        std::chrono::milliseconds wait{0}; ///< zero: go
        bool blocked = false;              ///< the hub said 429: do not wait, fail
    };

    [[nodiscard]] permit ask(bucket which, net::steady_instant now);

    void sent(bucket which, net::steady_instant now);
    void finished(bucket which) noexcept; ///< answered or failed
    /// Takes in an answer's headers. For a 429: how long to stay away.
    std::optional<std::chrono::seconds>
    learn(bucket which, net::http_response const& answer, net::steady_instant now, std::int64_t now_unix);

private:
    struct counter {
        std::optional<std::uint64_t> remaining;
        net::steady_instant reset_at{};
        std::optional<std::uint64_t> quota;
        net::steady_instant blocked_until{};
        unsigned refusals = 0; ///< 429s in a row
        std::uint64_t in_flight = 0;

        [[nodiscard]] std::uint64_t reserve() const noexcept;
    };

    [[nodiscard]] counter& at(bucket which) noexcept { return counters_[static_cast<std::size_t>(which)]; }

    void learn_items(bucket which, net::http_response const& answer, net::steady_instant now);
    [[nodiscard]] std::chrono::seconds penalty(
        counter& state,
        std::optional<std::uint64_t> remaining,
        net::http_response const& answer,
        net::steady_instant now,
        std::int64_t now_unix
    );
    [[nodiscard]] std::chrono::milliseconds jitter() noexcept;

    std::array<counter, 4> counters_{};
    unsigned own_limit_;
    unsigned own_count_ = 0;
    net::steady_instant own_window_end_{};
    std::uint64_t noise_;
};

} // namespace modelwatch::hub
