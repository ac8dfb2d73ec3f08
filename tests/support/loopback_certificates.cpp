#include "tests/support/loopback_certificates.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <unistd.h>

namespace modelwatch::test {

namespace {

template <auto function>
struct freeing {
    template <class T>
    void operator()(T* thing) const {
        function(thing);
    }
};

using key_handle = std::unique_ptr<EVP_PKEY, freeing<EVP_PKEY_free>>;
using certificate_handle = std::unique_ptr<X509, freeing<X509_free>>;
using bio_handle = std::unique_ptr<BIO, freeing<BIO_free_all>>;
using extension_handle = std::unique_ptr<X509_EXTENSION, freeing<X509_EXTENSION_free>>;

constexpr long one_day = 86'400;

void must(bool worked, char const* step) {
    if (!worked) {
        throw std::runtime_error(std::string{"making a test certificate: "} + step);
    }
}

struct signer {
    key_handle key;
    certificate_handle certificate;
};

struct wish {
    char const* name;
    char const* alternative_names; ///< null: a CA
    long valid_from;
    long valid_until;
};

void extend(X509* subject, X509* issuer, int kind, char const* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, subject, nullptr, nullptr, 0);
    extension_handle const extension{X509V3_EXT_conf_nid(nullptr, &context, kind, value)};
    must(extension != nullptr && X509_add_ext(subject, extension.get(), -1) == 1, value);
}

/// `by` null: signs itself.
signer issue(wish const& wanted, signer const* by) {
    static long serial = 1;
    signer made{key_handle{EVP_EC_gen("P-256")}, certificate_handle{X509_new()}};
    auto* const subject = made.certificate.get();
    must(made.key != nullptr && subject != nullptr, "key");
    X509_set_version(subject, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(subject), serial++);
    X509_gmtime_adj(X509_getm_notBefore(subject), wanted.valid_from);
    X509_gmtime_adj(X509_getm_notAfter(subject), wanted.valid_until);
    X509_set_pubkey(subject, made.key.get());
    auto* const name = X509_get_subject_name(subject);
    auto const* const common_name = reinterpret_cast<unsigned char const*>(wanted.name);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0);
    auto* const issuer = by == nullptr ? subject : by->certificate.get();
    X509_set_issuer_name(subject, X509_get_subject_name(issuer));
    bool const is_ca = wanted.alternative_names == nullptr;
    extend(subject, issuer, NID_basic_constraints, is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
    extend(subject, issuer, NID_subject_key_identifier, "hash");
    if (is_ca) {
        extend(subject, issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
    } else {
        extend(subject, issuer, NID_subject_alt_name, wanted.alternative_names);
    }
    auto* const key = by == nullptr ? made.key.get() : by->key.get();
    must(X509_sign(subject, key, EVP_sha256()) != 0, "signature");
    return made;
}

std::string text_of(BIO* memory) {
    char* data = nullptr;
    auto const size = BIO_get_mem_data(memory, &data);
    return {data, static_cast<std::size_t>(size)};
}

identity to_pem(signer const& from) {
    bio_handle const key{BIO_new(BIO_s_mem())};
    bio_handle const certificate{BIO_new(BIO_s_mem())};
    must(
        PEM_write_bio_PrivateKey(key.get(), from.key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1, "key"
    );
    must(PEM_write_bio_X509(certificate.get(), from.certificate.get()) == 1, "certificate");
    return {text_of(key.get()), text_of(certificate.get())};
}

std::filesystem::path write_temporary(std::string const& text) {
    auto pattern = (std::filesystem::temp_directory_path() / "modelwatch-test-ca-XXXXXX").string();
    int const file = ::mkstemp(pattern.data());
    must(file >= 0, "temporary file");
    ::close(file);
    std::ofstream{pattern} << text;
    return pattern;
}

} // namespace

authority const& authority::instance() {
    static authority const only;
    return only;
}

authority::authority() {
    constexpr auto here = "IP:127.0.0.1,IP:::1,DNS:localhost";
    auto const root = issue({"modelwatch test authority", nullptr, -one_day, 30 * one_day}, nullptr);
    auto const stranger = issue({"somebody else", nullptr, -one_day, 30 * one_day}, nullptr);
    ca_file_ = write_temporary(to_pem(root).certificate);
    good_ = to_pem(issue({"good", here, -one_day, 30 * one_day}, &root));
    expired_ = to_pem(issue({"expired", here, -2 * one_day, -one_day}, &root));
    wrong_name_ = to_pem(issue({"wrong name", "DNS:other.test", -one_day, 30 * one_day}, &root));
    unknown_ca_ = to_pem(issue({"unknown", here, -one_day, 30 * one_day}, &stranger));
}

authority::~authority() {
    std::error_code ignored;
    std::filesystem::remove(ca_file_, ignored);
}

identity const& authority::server(certificate kind) const {
    switch (kind) {
    case certificate::expired:
        return expired_;
    case certificate::wrong_name:
        return wrong_name_;
    case certificate::unknown_ca:
        return unknown_ca_;
    case certificate::good:
        break;
    }
    return good_;
}

} // namespace modelwatch::test
