#pragma once

#include "daemon/http/server.hpp"

#include <boost/asio/generic/stream_protocol.hpp>

namespace modelwatch::http {

using stream_socket = asio::generic::stream_protocol::socket;

/// Serves one connection until it ends, is refused or was idle for too long.
[[nodiscard]] asio::awaitable<void>
serve(stream_socket socket, server_limits limits, handler answer, bool const& stopping);

/// Says that there is no room and closes.
[[nodiscard]] asio::awaitable<void> turn_away(stream_socket socket);

} // namespace modelwatch::http
