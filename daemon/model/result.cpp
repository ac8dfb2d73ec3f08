#include "daemon/model/result.hpp"

#include <stdexcept>

namespace modelwatch {

std::string_view to_string(errc code) noexcept {
    switch (code) {
    case errc::unreachable:
        return "unreachable";
    case errc::unresolved:
        return "unresolved";
    case errc::tls:
        return "tls";
    case errc::timeout:
        return "timeout";
    case errc::cut:
        return "cut";
    case errc::too_large:
        return "too-large";
    case errc::malformed:
        return "malformed";
    case errc::inconsistent:
        return "inconsistent";
    case errc::limited:
        return "limited";
    case errc::unauthorized:
        return "unauthorized";
    case errc::refused:
        return "refused";
    case errc::server_fault:
        return "server-fault";
    case errc::not_found:
        return "not-found";
    case errc::redirect:
        return "redirect";
    case errc::invalid:
        return "invalid";
    case errc::storage:
        return "storage";
    case errc::cancelled:
        return "cancelled";
    }
    return "unknown";
}

bool retryable(errc code) noexcept {
    switch (code) {
    case errc::unreachable:
    case errc::unresolved:
    case errc::tls:
    case errc::timeout:
    case errc::cut:
    case errc::inconsistent:
    case errc::limited:
    case errc::server_fault:
    case errc::cancelled:
        return true;
    default:
        return false;
    }
}

std::string error::message() const {
    return hint.empty() ? what : what + " - " + hint;
}

void throw_exception_from_error(error const& failure, boost::source_location const&) {
    throw std::runtime_error(failure.message());
}

} // namespace modelwatch
