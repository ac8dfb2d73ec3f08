#pragma once

#include <string>

namespace modelwatch::hub_double {

/// A certificate for 127.0.0.1, ::1 and localhost, and the authority that signed it; both live one day.
struct identity {
    std::string ca_pem;
    std::string certificate_pem;
    std::string key_pem;
};

[[nodiscard]] identity make_identity();

} // namespace modelwatch::hub_double
