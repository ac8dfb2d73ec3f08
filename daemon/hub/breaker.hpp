#pragma once

#include "daemon/model/result.hpp"
#include "daemon/net/clock.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace modelwatch::hub {

/// Spares a hub that only fails: after some failures in a row it is asked once in a while, ever less often,
/// by one call for all, until it answers. Shared by all watches of the hub. Pure: the time is passed in.
class breaker {
public:
    struct leave {
        bool go = true;
        bool for_all = false;              ///< the one call by which a spared hub is tried
        std::chrono::milliseconds wait{0}; ///< when it may be asked again; of a leave that is refused
    };

    [[nodiscard]] leave ask(net::steady_instant now);

    // What became of a call that had leave. An answer of any kind shows that the hub is there.
    void answered() noexcept;
    void failed(leave const& of, error const& why, net::steady_instant now);
    void given_up(leave const& of) noexcept; ///< cancelled: it showed nothing

    /// What the hub failed with last, while it is spared.
    [[nodiscard]] std::optional<error> const& spared_for() const noexcept { return trouble_; }

    /// The same, once it lasts longer than callers wait for a hiccup to pass.
    [[nodiscard]] std::optional<error> trouble() const;

private:
    void spare(error const& why, net::steady_instant now);

    unsigned failures_ = 0; ///< in a row
    unsigned spared_ = 0;   ///< how often in a row; each time is twice as long
    std::chrono::milliseconds pause_{0};
    net::steady_instant until_{};
    bool trying_ = false; ///< the one call for all is on its way
    std::optional<error> trouble_;
};

/// Whether a failure says that the hub does not work, not that it will not give this.
[[nodiscard]] bool is_hub_trouble(error const& failure) noexcept;

/// The failure of a call that was not made, because the hub is spared.
[[nodiscard]] error not_asked(std::string const& hub, error const& why, std::chrono::milliseconds wait);

/// Whether a failure is one of those.
[[nodiscard]] bool was_not_asked(error const& failure) noexcept;

} // namespace modelwatch::hub
