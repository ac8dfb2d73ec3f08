#pragma once

#include "daemon/config/config.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace modelwatch::config {

/// Where systemd keeps what LoadCredential= gave the running service. Only the service and root may look
/// there.
inline constexpr char const* service_credentials = "/run/credentials/modelwatchd.service";

/// What a secret must look like to be of any use to who receives it.
enum class secret_form {
    text,   ///< a password: whatever its owner chose
    token,  ///< goes behind "Bearer " into a header, or into a field as it is
    header, ///< goes alone into a header: outer blanks would be lost
    url,
};

/// A secret that the configuration names.
struct given_secret {
    secret_source const* source;
    secret_form looks;
};

[[nodiscard]] std::vector<given_secret> given_secrets(settings const& value);

/// A credential from $CREDENTIALS_DIRECTORY; where that is not set, from `service`, the folder of the running
/// service: so commands of root beside it have what it has.
[[nodiscard]] result<std::string>
read_credential(secret_source const& source, environment const& env, std::filesystem::path const& service);

struct secret_report {
    std::vector<problem> problems;
    std::vector<std::string> warnings;
};

/// check_secrets() for who stands beside the service: a credential that cannot be had here is a warning, for
/// only the service needs it.
[[nodiscard]] secret_report check_secrets_beside(
    settings const& value, environment const& env, std::filesystem::path const& service = service_credentials
);

/// The keys of secrets that a running process cannot read anew: credentials and environment variables are
/// handed over at its start. Files are not among them.
[[nodiscard]] std::vector<std::string> secrets_of_the_start(settings const& value);

} // namespace modelwatch::config
