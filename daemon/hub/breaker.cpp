#include "daemon/hub/breaker.hpp"

#include "daemon/hub/limits.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>

namespace modelwatch::hub {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr unsigned failures_to_spare = 5;
constexpr milliseconds first_pause = 1s;
constexpr milliseconds longest_pause = 60s;
constexpr milliseconds longest_wish = 5min; ///< what a hub may ask for by Retry-After
constexpr milliseconds until_tried = 500ms; ///< the others look again while one tries

} // namespace

breaker::leave breaker::ask(net::steady_instant now) {
    if (!trouble_) return {};
    if (now < until_) return {.go = false, .for_all = false, .wait = until_ - now};
    if (trying_) return {.go = false, .for_all = false, .wait = until_tried};
    trying_ = true;
    return {.go = true, .for_all = true, .wait = 0ms};
}

void breaker::answered() noexcept {
    *this = breaker{};
}

void breaker::spare(error const& why, net::steady_instant now) {
    auto const doubled = first_pause * (1u << std::min(spared_++, 6u));
    auto const wish = std::min<milliseconds>(why.retry_after.value_or(0s), longest_wish);
    pause_ = std::max(std::min(doubled, longest_pause), wish);
    until_ = now + pause_;
    trouble_ = why;
}

void breaker::failed(leave const& of, error const& why, net::steady_instant now) {
    ++failures_;
    if (of.for_all) trying_ = false;
    // Those that were on their way when it began say nothing new.
    bool const begins = !trouble_ && failures_ >= failures_to_spare;
    if (begins || (of.for_all && trouble_)) spare(why, now);
}

void breaker::given_up(leave const& of) noexcept {
    if (of.for_all) trying_ = false;
}

std::optional<error> breaker::trouble() const {
    return trouble_ && pause_ > limits::hiccup ? trouble_ : std::nullopt;
}

bool is_hub_trouble(error const& failure) noexcept {
    switch (failure.code) {
    case errc::unreachable:
    case errc::unresolved:
    case errc::tls:
    case errc::timeout:
    case errc::cut:
    case errc::server_fault:
        return true;
    default:
        return false;
    }
}

error not_asked(std::string const& hub, error const& why, milliseconds wait) {
    auto const seconds = std::max(1s, std::chrono::ceil<std::chrono::seconds>(wait));
    auto out = failure(
        errc::unreachable,
        "the hub " + printable(hub) + " only fails and is spared, the next try is in " + to_words(seconds) +
            "; its last failure: " + why.what,
        why.hint
    );
    out.status = why.status;
    out.retry_after = seconds;
    return out;
}

bool was_not_asked(error const& failure) noexcept {
    // Of the network's own failures to reach a hub, none knows a time.
    return failure.code == errc::unreachable && failure.retry_after.has_value();
}

} // namespace modelwatch::hub
