#pragma once

#include <boost/asio/awaitable.hpp>

namespace modelwatch {

namespace asio = boost::asio;

} // namespace modelwatch
