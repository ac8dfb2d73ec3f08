// Asio's own code, compiled once for the whole program (the headers declare it only).
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
