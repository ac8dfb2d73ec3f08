#pragma once

#include "daemon/net/trouble.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <cstdint>
#include <ctime>
#include <map>
#include <memory>
#include <string>

namespace modelwatch::net {

/// TLS settings per CA bundle: TLS 1.2 or newer, the peer always verified. A bundle that has changed on disk
/// is read again, so that a renewed CA needs no restart.
class trust_store {
public:
    /// `ca_file` empty: OpenSSL's default places, which SSL_CERT_FILE and SSL_CERT_DIR override.
    [[nodiscard]] boost::system::result<std::shared_ptr<boost::asio::ssl::context>, trouble>
    context_for(std::string const& ca_file);

private:
    struct entry {
        std::shared_ptr<boost::asio::ssl::context> context;
        std::int64_t changed = 0;
        std::int64_t size = 0;
    };

    std::map<std::string, entry> contexts_;
};

/// Why a handshake failed: OpenSSL's reason for refusing the certificate when there is one, and what to do.
[[nodiscard]] trouble explain_handshake(boost::system::error_code failure, long verify_result);

} // namespace modelwatch::net
