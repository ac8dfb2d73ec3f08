#pragma once

#include "daemon/http/server.hpp"
#include "daemon/http/waiting_room.hpp"

namespace modelwatch::http {

/// Serves one connection until it ends, is refused, was idle for too long or has to give way. `stopping` and
/// `room` outlive it.
[[nodiscard]] asio::awaitable<void>
serve(stream_socket socket, server_limits limits, handler answer, bool const& stopping, waiting_room& room);

/// Says that there is no room and closes.
[[nodiscard]] asio::awaitable<void> turn_away(stream_socket socket);

} // namespace modelwatch::http
