#pragma once

#include "daemon/http/exchange.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

namespace modelwatch::http {

/// Answers that were made a moment ago, for pages that cost something to make and that many ask for. What was
/// made before the state behind it moved is never given again.
class answer_cache {
public:
    using time_point = std::chrono::steady_clock::time_point;

    /// nullptr: it must be made. `state` is a number that moves with what the answers show.
    [[nodiscard]] response const* find(request const& asked, std::uint64_t state, time_point now);
    /// Keeps a good answer until an instant; others, and large ones, are not kept.
    void keep(request const& asked, std::uint64_t state, response const& made, time_point until);

private:
    struct entry {
        response made;
        time_point until;
    };

    std::map<std::string, entry> entries_;
    std::uint64_t state_ = 0;
};

} // namespace modelwatch::http
