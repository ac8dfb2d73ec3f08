#include "daemon/http/waiting_room.hpp"

namespace modelwatch::http {

namespace {

/// An honest request on its way is left alone.
constexpr std::chrono::seconds time_to_speak{1};

} // namespace

waiting_room::place::place(waiting_room& in, stream_socket& socket)
    : in_{in}
    , socket_{socket}
    , here_{in.idle_.insert(in.idle_.end(), this)} {}

waiting_room::place::~place() {
    if (gave_way_) return;
    (speaking_ ? in_.speaking_ : in_.idle_).erase(here_);
}

void waiting_room::place::request_begins() {
    if (gave_way_) return;
    since_ = std::chrono::steady_clock::now();
    speaking_ = true;
    in_.speaking_.splice(in_.speaking_.end(), in_.idle_, here_);
}

bool waiting_room::give_way() {
    auto& from = idle_.empty() ? speaking_ : idle_;
    if (from.empty()) return false;
    auto& first = *from.front();
    bool const honest = first.speaking_ && std::chrono::steady_clock::now() - first.since_ < time_to_speak;
    if (honest) return false;
    from.pop_front();
    first.gave_way_ = true;
    boost::system::error_code ignored;
    first.socket_.cancel(ignored);
    return true;
}

} // namespace modelwatch::http
