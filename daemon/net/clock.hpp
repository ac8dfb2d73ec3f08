#pragma once

#include "daemon/model/time.hpp"
#include "daemon/net/asio.hpp"

#include <chrono>

namespace modelwatch::net {

/// Longer than any process lives, and short enough to be added to a clock.
inline constexpr std::chrono::hours very_long{24 * 365 * 10};

using steady_instant = std::chrono::time_point<std::chrono::steady_clock, std::chrono::milliseconds>;

/// Time as the rest of the program sees it: wall clock for what people read and for calendar slots, steady
/// clock for intervals. Tests advance their own.
class clock {
public:
    virtual ~clock() = default;
    [[nodiscard]] virtual instant now() const = 0;
    [[nodiscard]] virtual steady_instant steady_now() const = 0;
    /// Returns at `when` or at once when cancelled (the caller sees the cancellation at its next await).
    virtual asio::awaitable<void> sleep_until(steady_instant when) = 0;
};

/// The machine's clocks. Sleeps on the caller's executor.
class system_clock final : public clock {
public:
    [[nodiscard]] instant now() const override;
    [[nodiscard]] steady_instant steady_now() const override;
    asio::awaitable<void> sleep_until(steady_instant when) override;
};

} // namespace modelwatch::net
