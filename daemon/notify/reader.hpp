#pragma once

#include <string>

namespace modelwatch::notify {

/// For whom a message is written.
struct reader {
    std::string public_url;  ///< of their own status page, without a last slash; empty: nothing to link to
    std::string zone{"UTC"}; ///< of the IANA database: times are told in it
};

} // namespace modelwatch::notify
