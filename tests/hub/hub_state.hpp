#pragma once

#include "tests/hub/exchange.hpp"
#include "tests/hub/faults.hpp"
#include "tests/hub/rate_limit.hpp"
#include "tests/hub/timeline.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace modelwatch::hub_double {

/// One request as the log keeps it. Of a token only its name is kept.
struct seen_request {
    std::uint64_t number = 0;
    std::string side;
    std::string kind;
    std::string method;
    std::string target;
    std::string host;
    std::string user_agent;
    std::string if_none_match;
    std::string token; ///< name; "unknown" for one that the hub does not know, empty for none
    std::string fault; ///< kind of the fault that answered
    bool has_authorization = false;
    bool token_leaked = false; ///< an Authorization header arrived at the CDN
    unsigned status = 0;
};

struct outgoing {
    answer_ptr what;
    std::string extra_headers; ///< request id and rate limit
};

/// The hub itself, without any network: one request in, one answer out. Safe to use from several threads.
class hub_state {
public:
    explicit hub_state(timeline script);

    [[nodiscard]] outgoing respond(request const& asked);
    void set_cdn_origin(std::string origin);
    void set_log_limit(std::size_t limit);

    // The control API. Each throws std::invalid_argument and changes nothing when it cannot be done.
    /// The next step, or the one of that name (those before it are skipped and stay to be applied by name).
    std::string advance(std::string_view name = {});
    void apply(json::object const& action);
    void add_faults(json::value const& faults);
    void clear_faults();
    void reset();
    [[nodiscard]] std::vector<seen_request> requests(std::uint64_t after = 0) const;
    void forget_requests();
    [[nodiscard]] json::object counters() const;
    [[nodiscard]] json::array faults() const;
    [[nodiscard]] json::object describe() const;

private:
    struct pending_step {
        step what;
        bool applied = false;
    };

    void identify(context& of) const;
    void meter(context const& of, bool faulty, outgoing& sent);
    answer_ptr produce(request const& asked, place const& at, context const& of, std::string& fault_kind);
    answer_ptr from_cache(context const& of, place const& at);
    answer fresh(context const& of, place const& at) const;
    void note(
        request const& asked, place const& at, context const& of, answer const& sent, std::string fault_kind
    );
    void change(json::array const& actions);

    mutable std::mutex mutex_;
    timeline script_;
    world now_;
    std::vector<pending_step> steps_;
    fault_list faults_;
    rate_limiter limiter_;
    std::unordered_map<std::string, answer_ptr> cache_;
    std::deque<seen_request> log_;
    std::size_t log_limit_ = 10'000;
    std::uint64_t received_ = 0;
    std::uint64_t leaked_ = 0;
    std::map<std::string, std::uint64_t, std::less<>> counts_;
    std::string cdn_origin_;
};

/// The answer to a request below /__double/.
[[nodiscard]] answer control(hub_state& hub, request const& asked);

} // namespace modelwatch::hub_double
