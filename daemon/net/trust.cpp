#include "daemon/net/trust.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <sys/stat.h>

namespace modelwatch::net {

namespace {

namespace asio = boost::asio;

boost::system::result<std::shared_ptr<asio::ssl::context>, trouble> make_context(std::string const& ca_file) {
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
    auto* const raw = context->native_handle();
    SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
    SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
    boost::system::error_code failure;
    if (ca_file.empty()) {
        context->set_default_verify_paths(failure);
    } else {
        context->load_verify_file(ca_file, failure);
        // Whoever names an intermediate CA, or the server's own certificate, means just that.
        X509_STORE_set_flags(SSL_CTX_get_cert_store(raw), X509_V_FLAG_PARTIAL_CHAIN);
    }
    if (failure) {
        ERR_clear_error();
        return trouble{
            errc::tls,
            "no CA certificate could be read from " +
                (ca_file.empty() ? "the system's default places" : ca_file),
            "ca_file must be a PEM file that this user may read"
        };
    }
    return context;
}

char const* advice(long verify_result) noexcept {
    switch (verify_result) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return "the certificate is for another name; check the host in the configuration, and whether "
               "something in "
               "between intercepts TLS";
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return "the server's operator must renew it; check this host's clock as well";
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return "check this host's clock";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_UNTRUSTED:
        return "set ca_file to the CA that signed it";
    default:
        return "the server's certificate chain has to be put right";
    }
}

} // namespace

boost::system::result<std::shared_ptr<asio::ssl::context>, trouble>
trust_store::context_for(std::string const& ca_file) {
    struct stat now{};
    bool const readable = ca_file.empty() || ::stat(ca_file.c_str(), &now) == 0;
    auto const changed = static_cast<std::int64_t>(now.st_mtim.tv_sec) * 1'000'000'000 + now.st_mtim.tv_nsec;
    auto const size = static_cast<std::int64_t>(now.st_size);
    auto const found = contexts_.find(ca_file);
    if (found != contexts_.end() && readable && found->second.changed == changed &&
        found->second.size == size) {
        return found->second.context;
    }
    auto made = make_context(ca_file);
    if (made) {
        contexts_[ca_file] = entry{*made, changed, size};
    }
    return made;
}

trouble explain_handshake(boost::system::error_code failure, long verify_result) {
    if (verify_result != X509_V_OK) {
        return {
            errc::tls,
            std::string{"the certificate was not accepted: "} + X509_verify_cert_error_string(verify_result),
            advice(verify_result)
        };
    }
    if (failure == asio::error::eof || failure == asio::ssl::error::stream_truncated ||
        failure == asio::error::connection_reset) {
        return {errc::tls, "the server closed the connection during the TLS handshake", {}};
    }
    return {
        errc::tls,
        "TLS handshake failed: " + failure.message(),
        "check that this port speaks TLS 1.2 or newer"
    };
}

} // namespace modelwatch::net
