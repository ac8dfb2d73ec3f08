#pragma once

#include "daemon/model/result.hpp"
#include "daemon/net/http.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace modelwatch::cli {

/// One connection to a program of this host, for a few exchanges one after the other. Blocks, but never
/// longer than it is told, and never reads more than its bound.
class local_link {
public:
    /// `listen` as in [daemon]: "127.0.0.1:8417", "0.0.0.0:8417" (asked by loopback) or "unix:/path". Errors:
    /// unreachable (nobody listens, or we may not connect), timeout, invalid (no place to connect to).
    [[nodiscard]] static result<local_link>
    open(std::string const& listen, std::chrono::milliseconds patience);

    local_link(local_link&& other) noexcept;
    local_link& operator=(local_link&&) = delete;
    ~local_link();

    struct request {
        std::string_view method = "GET";
        std::string target; ///< origin form, escaped
        net::header_list headers = {};
        std::string body;
    };

    /// Errors: cut (also when no byte came), timeout, too_large, malformed.
    [[nodiscard]] result<net::http_response>
    exchange(request const& asked, std::chrono::milliseconds patience);

private:
    local_link(int descriptor, std::string host);

    int descriptor_;
    std::string host_; ///< as the Host header names it
};

} // namespace modelwatch::cli
