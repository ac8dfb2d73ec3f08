#pragma once

#include "daemon/config/config.hpp"
#include "daemon/model/json.hpp"
#include "daemon/net/clock.hpp"
#include "daemon/net/task_group.hpp"
#include "daemon/store_thread.hpp"

#include <functional>

namespace modelwatch {

/// What a digest says: the payload of its messages, with "subject" and "text" at least. Called on the
/// database's thread inside the transaction that takes the slot, so that it speaks of that very state.
using digest_source = std::function<json::object(storage::store& db, instant slot, instant now)>;

/// One message of a digest for each of its notifiers.
[[nodiscard]] std::vector<message>
digest_messages(config::digest_settings const& how, json::object const& payload, instant now);

/// Queues the digest when a slot is due that has not been taken: the slot and one message per notifier are
/// one transaction. Of slots that were missed only the last is caught up with; a schedule or zone that is new
/// begins with its next slot. True: messages were queued.
bool queue_due_digest(
    storage::store& db, config::digest_settings const& how, digest_source const& content, instant now
);

/// The digest's loop.
class reporter {
public:
    /// `queued` is called when messages were queued.
    reporter(
        asio::any_io_executor executor,
        store_thread& db,
        net::clock& time,
        digest_source content,
        std::function<void()> queued
    );

    /// Start and reload.
    void configure(config::digest_settings how);
    /// Until stop().
    asio::awaitable<void> run();
    void stop();

private:
    asio::awaitable<void> look();
    [[nodiscard]] std::chrono::milliseconds wait() const;

    store_thread& db_;
    net::clock& time_;
    digest_source content_;
    std::function<void()> queued_;
    config::digest_settings how_;
    net::wakeable_sleep sleep_;
    bool stopping_ = false;
};

} // namespace modelwatch
