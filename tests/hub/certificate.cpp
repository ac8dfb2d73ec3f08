#include "tests/hub/certificate.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>

namespace modelwatch::hub_double {

namespace {

template <auto Free>
struct freer {
    template <class T>
    void operator()(T* object) const noexcept {
        Free(object);
    }
};

using key_ptr = std::unique_ptr<EVP_PKEY, freer<EVP_PKEY_free>>;
using certificate_ptr = std::unique_ptr<X509, freer<X509_free>>;
using bio_ptr = std::unique_ptr<BIO, freer<BIO_free_all>>;
using extension_ptr = std::unique_ptr<X509_EXTENSION, freer<X509_EXTENSION_free>>;

void require(bool done, char const* what) {
    if (!done) throw std::runtime_error(std::string("OpenSSL could not ") + what);
}

key_ptr make_key() {
    key_ptr key(EVP_EC_gen("P-256"));
    require(key != nullptr, "make a key");
    return key;
}

void add_extension(X509& to, X509& issuer, int kind, char const* value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, &issuer, &to, nullptr, nullptr, 0);
    extension_ptr const extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value));
    require(extension != nullptr && X509_add_ext(&to, extension.get(), -1) == 1, "add an extension");
}

void set_name(X509& of, char const* common_name) {
    auto* const name = X509_get_subject_name(&of);
    auto const* const text = reinterpret_cast<unsigned char const*>(common_name);
    require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0) == 1, "set a name");
}

certificate_ptr make_certificate(EVP_PKEY& key, char const* common_name, long serial) {
    certificate_ptr made(X509_new());
    require(made != nullptr, "make a certificate");
    require(X509_set_version(made.get(), X509_VERSION_3) == 1, "set the version");
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), serial);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 24L * 3600);
    require(X509_set_pubkey(made.get(), &key) == 1, "set the key");
    set_name(*made, common_name);
    return made;
}

void sign(X509& what, X509& issuer, EVP_PKEY& issuer_key) {
    require(X509_set_issuer_name(&what, X509_get_subject_name(&issuer)) == 1, "set the issuer");
    require(X509_sign(&what, &issuer_key, EVP_sha256()) != 0, "sign a certificate");
}

template <class Write>
std::string to_pem(Write const& write) {
    bio_ptr const out(BIO_new(BIO_s_mem()));
    require(out != nullptr && write(out.get()) == 1, "write PEM");
    char* text = nullptr;
    auto const length = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(length)};
}

} // namespace

identity make_identity() {
    auto const ca_key = make_key();
    auto const ca = make_certificate(*ca_key, "modelwatch test authority", 1);
    X509_set_issuer_name(ca.get(), X509_get_subject_name(ca.get()));
    add_extension(*ca, *ca, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(*ca, *ca, NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(*ca, *ca, NID_subject_key_identifier, "hash");
    sign(*ca, *ca, *ca_key);

    auto const key = make_key();
    auto const leaf = make_certificate(*key, "modelwatch hub double", 2);
    add_extension(*leaf, *ca, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(*leaf, *ca, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1");
    add_extension(*leaf, *ca, NID_ext_key_usage, "serverAuth");
    add_extension(*leaf, *ca, NID_authority_key_identifier, "keyid");
    sign(*leaf, *ca, *ca_key);

    return {
        to_pem([&](BIO* out) { return PEM_write_bio_X509(out, ca.get()); }),
        to_pem([&](BIO* out) { return PEM_write_bio_X509(out, leaf.get()); }),
        to_pem([&](BIO* out) {
            return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
        })
    };
}

} // namespace modelwatch::hub_double
