#pragma once

#include <stdexcept>

namespace modelwatch::hub_double {

/// A timeline, action or fault that makes no sense; the text names the place.
class bad_script : public std::invalid_argument {
public:
    using std::invalid_argument::invalid_argument;
};

} // namespace modelwatch::hub_double
