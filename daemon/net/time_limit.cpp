#include "daemon/net/time_limit.hpp"

#include <boost/asio/steady_timer.hpp>

#include <utility>

namespace modelwatch::net {

/// Outlives the time_limit when its handler is queued already.
struct time_limit::state {
    state(asio::any_io_executor const& executor, time_point at)
        : timer{executor, at} {}

    asio::steady_timer timer;
    interruptible* thing = nullptr;
    bool passed = false;
};

time_limit::time_limit(asio::any_io_executor const& executor, time_point at)
    : at_{at}
    , state_{std::make_shared<state>(executor, at)} {
    state_->timer.async_wait([shared = state_](boost::system::error_code failure) {
        if (failure) {
            return;
        }
        shared->passed = true;
        if (shared->thing != nullptr) {
            shared->thing->interrupt();
        }
    });
}

time_limit::~time_limit() {
    state_->thing = nullptr;
    state_->timer.cancel();
}

bool time_limit::passed() const noexcept {
    return state_->passed;
}

time_limit::guard::guard(time_limit& limit, interruptible& thing)
    : limit_{limit}
    , previous_{std::exchange(limit.state_->thing, &thing)} {
    if (limit.passed()) {
        thing.interrupt();
    }
}

time_limit::guard::~guard() {
    limit_.state_->thing = previous_;
}

} // namespace modelwatch::net
