#pragma once

#include "daemon/net/clock.hpp"
#include "daemon/store_thread.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

namespace modelwatch {

/// Whether the state can be written, as far as is known. Where it cannot, nothing that is seen can be kept or
/// told: the program must not look well then. Pure: the time is passed in.
class store_health {
public:
    struct trouble {
        instant since{};
        std::string why;
    };

    /// A write failed.
    void failed(std::string why, net::steady_instant steady, instant now);
    /// A look found that writing works. True: that ended the trouble. It does so only some seconds after the
    /// last failure, or a disk on which small writes succeed and large ones fail would look well every other
    /// moment.
    bool works(net::steady_instant steady);

    [[nodiscard]] std::optional<trouble> const& now() const noexcept { return trouble_; }

private:
    std::optional<trouble> trouble_;
    net::steady_instant last_failure_{};
};

/// Looks whether the state can be written, tells the log when that changes, and remembers it.
class store_watch {
public:
    store_watch(store_thread& db, net::clock& time);

    void configure(std::filesystem::path state_dir) { state_dir_ = std::move(state_dir); }

    /// Tries it, unless it was tried within `fresh`. Throws nothing but cancellation.
    asio::awaitable<void> look(std::chrono::milliseconds fresh);
    /// What a writer met.
    void note_failure(std::string const& why);

    [[nodiscard]] std::optional<store_health::trouble> const& trouble() const noexcept {
        return health_.now();
    }

private:
    store_thread& db_;
    net::clock& time_;
    std::filesystem::path state_dir_;
    store_health health_;
    std::optional<net::steady_instant> last_look_;
};

} // namespace modelwatch
