#include "daemon/version.hpp"

#include "daemon/cli/session.hpp"

#include <boost/version.hpp>
#include <openssl/crypto.h>

namespace modelwatch::cli {

int run_version(session& s) {
    if (s.what.json) {
        s.out.json(json::object{
            {"version", MODELWATCH_VERSION},
            {"boost", BOOST_LIB_VERSION},
            {"openssl", OpenSSL_version(OPENSSL_VERSION)}
        });
    } else {
        s.out.line(std::string{"modelwatch "} + MODELWATCH_VERSION);
    }
    return exit_code::done;
}

} // namespace modelwatch::cli
