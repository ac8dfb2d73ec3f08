#pragma once

#include "daemon/model/result.hpp"

#include <boost/assert/source_location.hpp>

#include <string>

namespace modelwatch::net {

/// A failure as the layer that met it can describe it. The transport adds whose exchange it was (method, host
/// and path), so that no layer below ever handles the text of a URL.
struct trouble {
    errc code = errc::unreachable;
    std::string reason;
    std::string hint;
    unsigned status = 0;
};

/// Lets `boost::system::result::value()` throw it (found by argument-dependent look-up).
[[noreturn]] void throw_exception_from_error(trouble const& failure, boost::source_location const& where);

} // namespace modelwatch::net
