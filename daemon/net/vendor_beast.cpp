// Beast's own code, compiled once for the whole program (the headers declare it only).
#include <boost/beast/src.hpp>
