#pragma once

#include "daemon/net/answer_reader.hpp"
#include "daemon/net/connection.hpp"
#include "daemon/net/time_limit.hpp"
#include "daemon/net/trouble.hpp"

#include <optional>
#include <string_view>

namespace modelwatch::net {

struct talk_outcome {
    std::optional<trouble> failure;
    bool nothing_written = false; ///< surely no byte of the request has left this host
};

/// One request and its answer on an open connection. `wire` goes out in one write. Throws operation_aborted
/// when the coroutine is cancelled; the connection is of no use then.
asio::awaitable<talk_outcome>
talk(connection& link, std::string_view wire, answer_reader& reader, time_limit& limit);

} // namespace modelwatch::net
