#pragma once

#include "daemon/net/asio.hpp"

#include <boost/asio/generic/stream_protocol.hpp>

#include <chrono>
#include <list>

namespace modelwatch::http {

using stream_socket = asio::generic::stream_protocol::socket;

/// The connections whose client is to speak next. When there is no room for another, one of them gives way:
/// who only holds a connection open keeps nobody out.
class waiting_room {
public:
    /// A connection in the room, for as long as it lives.
    class place {
    public:
        place(waiting_room& in, stream_socket& socket);
        ~place();
        place(place const&) = delete;
        place& operator=(place const&) = delete;

        /// From now on it has a while to say what it wants.
        void request_begins();

        [[nodiscard]] bool gave_way() const noexcept { return gave_way_; }

    private:
        friend class waiting_room;

        waiting_room& in_;
        stream_socket& socket_;
        bool speaking_ = false;
        bool gave_way_ = false;
        std::chrono::steady_clock::time_point since_{};
        std::list<place*>::iterator here_;
    };

    /// Ends the wait of the one that has been idle longest, else of the one that has dripped longest, and for
    /// a second at least. False: nobody has to.
    [[nodiscard]] bool give_way();

private:
    std::list<place*> idle_; ///< no byte of a request yet; longest first
    std::list<place*> speaking_;
};

} // namespace modelwatch::http
