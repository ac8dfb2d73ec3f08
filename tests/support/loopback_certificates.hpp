#pragma once

#include <filesystem>
#include <string>

namespace modelwatch::test {

/// What is wrong with a server's certificate.
enum class certificate {
    good,       ///< for 127.0.0.1, ::1 and localhost, signed by the authority
    expired,    ///< the same, until yesterday
    wrong_name, ///< signed by the authority, for other.test
    unknown_ca, ///< the right names, signed by somebody else
};

/// A key and a certificate, both PEM.
struct identity {
    std::string key;
    std::string certificate;
};

/// A certification authority of its own for the tests of one process, made at first use.
class authority {
public:
    static authority const& instance();

    authority();
    authority(authority const&) = delete;
    authority& operator=(authority const&) = delete;
    ~authority();

    /// PEM file with the authority's certificate; removed at the end of the process.
    [[nodiscard]] std::string ca_file() const { return ca_file_.string(); }

    [[nodiscard]] identity const& server(certificate kind) const;

private:
    std::filesystem::path ca_file_;
    identity good_;
    identity expired_;
    identity wrong_name_;
    identity unknown_ca_;
};

} // namespace modelwatch::test
