#include "daemon/net/trouble.hpp"

#include <stdexcept>

namespace modelwatch::net {

void throw_exception_from_error(trouble const& failure, boost::source_location const&) {
    throw std::runtime_error(failure.reason);
}

} // namespace modelwatch::net
