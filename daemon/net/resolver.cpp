#include "daemon/net/resolver.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <csignal>
#include <mutex>
#include <netdb.h>
#include <netinet/in.h>
#include <optional>
#include <sys/socket.h>
#include <system_error>
#include <thread>

namespace modelwatch::net {

namespace {

/// Look-ups of different names under way; more would only pile up threads in front of a dead name server.
constexpr std::size_t most_lookups = 32;

asio::ip::address to_address(sockaddr const* raw) {
    if (raw->sa_family == AF_INET) {
        auto const* v4 = reinterpret_cast<sockaddr_in const*>(raw);
        return asio::ip::address_v4{ntohl(v4->sin_addr.s_addr)};
    }
    auto const* v6 = reinterpret_cast<sockaddr_in6 const*>(raw);
    asio::ip::address_v6::bytes_type bytes;
    std::copy_n(static_cast<unsigned char const*>(v6->sin6_addr.s6_addr), bytes.size(), bytes.begin());
    return asio::ip::address_v6{bytes, v6->sin6_scope_id};
}

trouble explain(int failure) {
    switch (failure) {
    case 0:
    case EAI_NONAME:
#ifdef EAI_NODATA
    case EAI_NODATA:
#endif
        return {
            errc::unresolved, "the name has no address", "check the spelling of the host, and the name server"
        };
    case EAI_AGAIN:
        return {errc::unresolved, "the name server did not answer", "check /etc/resolv.conf and the network"};
    default:
        return {errc::unresolved, std::string{"name resolution failed: "} + gai_strerror(failure), {}};
    }
}

/// RFC 6761 6.4: names under "invalid" never exist, whatever a name server says.
bool never_exists(std::string_view host) {
    return host == "invalid" || host.ends_with(".invalid");
}

std::optional<std::vector<asio::ip::address>> known(std::string const& host) {
    if (host == "localhost") {
        return std::vector<asio::ip::address>{
            asio::ip::address_v4::loopback(), asio::ip::address_v6::loopback()
        };
    }
    boost::system::error_code not_numeric;
    auto const address = asio::ip::make_address(host, not_numeric);
    if (not_numeric) {
        return std::nullopt;
    }
    return std::vector<asio::ip::address>{address};
}

} // namespace

looked_up system_lookup(std::string const& host) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    looked_up outcome;
    outcome.failure = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
    if (outcome.failure != 0) {
        return outcome;
    }
    for (auto const* entry = found; entry != nullptr && outcome.addresses.size() < 16;
         entry = entry->ai_next) {
        if (entry->ai_family != AF_INET && entry->ai_family != AF_INET6) {
            continue;
        }
        auto const address = to_address(entry->ai_addr);
        auto const known_already = std::ranges::find(outcome.addresses, address);
        if (known_already == outcome.addresses.end()) {
            outcome.addresses.push_back(address);
        }
    }
    ::freeaddrinfo(found);
    return outcome;
}

/// Shared by the thread that looks up and those who wait. The mutex orders the thread's `post` before the
/// last waiter's leaving, so that the io_context is alive whenever the thread speaks to it.
struct name_resolver::lookup {
    std::mutex mutex;
    bool done = false;
    looked_up outcome;
    std::vector<std::shared_ptr<asio::steady_timer>> waiting;

    void finish(looked_up found) {
        std::lock_guard const lock{mutex};
        outcome = std::move(found);
        done = true;
        for (auto& timer : waiting) {
            auto const executor = timer->get_executor();
            asio::post(executor, [woken = std::move(timer)] { woken->cancel(); });
        }
        waiting.clear();
    }
};

class name_resolver::waiter final : public interruptible {
public:
    waiter(
        std::shared_ptr<lookup> shared, asio::any_io_executor const& executor, time_limit::time_point until
    )
        : shared_{std::move(shared)}
        , timer_{std::make_shared<asio::steady_timer>(executor, until)} {
        std::lock_guard const lock{shared_->mutex};
        if (!shared_->done) {
            shared_->waiting.push_back(timer_);
        }
    }

    ~waiter() {
        std::lock_guard const lock{shared_->mutex};
        std::erase(shared_->waiting, timer_);
    }

    void interrupt() noexcept override { timer_->cancel(); }

    [[nodiscard]] asio::steady_timer& timer() noexcept { return *timer_; }

    [[nodiscard]] std::optional<looked_up> outcome() const {
        std::lock_guard const lock{shared_->mutex};
        return shared_->done ? std::optional{shared_->outcome} : std::nullopt;
    }

private:
    std::shared_ptr<lookup> shared_;
    std::shared_ptr<asio::steady_timer> timer_;
};

name_resolver::name_resolver(
    asio::any_io_executor executor, std::chrono::milliseconds timeout, lookup_function look_up
)
    : executor_{std::move(executor)}
    , timeout_{timeout}
    , look_up_{std::move(look_up)} {}

/// Joins the look-up of this name that is under way, or starts one; null when too many are.
std::shared_ptr<name_resolver::lookup> name_resolver::start(std::string const& host) {
    std::erase_if(running_, [](auto const& entry) { return entry.second.expired(); });
    if (auto const found = running_.find(host); found != running_.end()) {
        if (auto shared = found->second.lock(); shared) {
            std::lock_guard const lock{shared->mutex};
            if (!shared->done) {
                return shared;
            }
        }
    }
    if (running_.size() >= most_lookups) {
        return nullptr;
    }
    auto shared = std::make_shared<lookup>();
    // Signals are for the main thread: a thread inherits the mask of the one that starts it.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    try {
        std::thread{[shared, host, look_up = look_up_] { shared->finish(look_up(host)); }}.detach();
    } catch (std::system_error const&) {
        shared = nullptr;
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (shared) {
        running_[host] = shared;
    }
    return shared;
}

asio::awaitable<boost::system::result<std::vector<asio::ip::address>, trouble>>
name_resolver::resolve(std::string const& host, time_limit& limit) {
    auto immediate = known(host);
    if (immediate) {
        co_return std::move(*immediate);
    }
    if (never_exists(host)) {
        co_return explain(EAI_NONAME);
    }

    auto shared = start(host);
    if (!shared) {
        co_return trouble{
            errc::unresolved, "too many name look-ups under way", "the name server does not answer"
        };
    }
    auto const until = std::chrono::steady_clock::now() + timeout_;
    waiter place{std::move(shared), executor_, until};
    time_limit::guard const guard{limit, place};
    auto answer = place.outcome();
    bool out_of_budget = false;
    if (!answer) {
        auto const [failure] = co_await place.timer().async_wait(asio::as_tuple(asio::use_awaitable));
        answer = place.outcome();
        out_of_budget = !failure;
    }
    if (answer && !answer->addresses.empty()) {
        co_return std::move(answer->addresses);
    }
    if (answer) {
        co_return explain(answer->failure);
    }
    if (out_of_budget) {
        co_return explain(EAI_AGAIN);
    }
    if (limit.passed()) {
        co_return trouble{errc::timeout, "resolving the name", {}};
    }
    throw boost::system::system_error(asio::error::operation_aborted);
}

} // namespace modelwatch::net
