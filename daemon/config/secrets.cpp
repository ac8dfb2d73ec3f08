#include "daemon/config/bounded_file.hpp"
#include "daemon/config/checks.hpp"
#include "daemon/config/config.hpp"
#include "daemon/config/rotation.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modelwatch::config {

namespace {

constexpr std::size_t longest_secret = 64u << 10;

error unusable(secret_source const& source, std::string const& why, std::string hint = {}) {
    error failure;
    failure.code = errc::invalid;
    failure.what = fmt::format("{}: {}", source.key, why);
    failure.hint = std::move(hint);
    return failure;
}

/// A trailing newline is the editor's, not part of the secret; anything else that is odd is refused.
result<std::string> cleaned(secret_source const& source, std::string value) {
    if (value.ends_with('\n')) value.pop_back();
    if (value.ends_with('\r')) value.pop_back();
    if (value.empty()) return unusable(source, source.name + ": is empty");
    bool const odd = std::any_of(value.begin(), value.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
    if (odd)
        return unusable(source, source.name + ": holds control characters", "it must be one line of text");
    return value;
}

result<std::string> from_file(secret_source const& source, std::filesystem::path const& path) {
    auto text = read_bounded(path, longest_secret);
    if (!text) return unusable(source, text.error().what, text.error().hint);
    return cleaned(source, std::move(*text));
}

struct given_secret {
    secret_source const* source;
    bool is_url;
};

std::vector<given_secret> given_secrets(settings const& value) {
    std::vector<given_secret> all;
    auto const add = [&](secret_source const& source, bool is_url = false) {
        if (source.given()) all.push_back({&source, is_url});
    };
    add(value.service.api_token);
    for (auto const& [name, hub] : value.hubs)
        add(hub.token);
    for (auto const& notifier : value.notifiers) {
        add(notifier.url_secret, true);
        add(notifier.secret);
        add(notifier.routing_key);
        add(notifier.password);
    }
    add(value.heartbeat.url_secret, true);
    add(value.hooks.secret);
    return all;
}

} // namespace

result<std::string> read_secret(secret_source const& source, environment const& env) {
    switch (source.from) {
    case secret_source::origin::none:
        return std::string{};
    case secret_source::origin::file:
        return from_file(source, source.name);
    case secret_source::origin::credential: {
        auto const folder = env("CREDENTIALS_DIRECTORY").value_or(std::string{});
        if (!folder.empty()) return from_file(source, std::filesystem::path{folder} / source.name);
        return unusable(
            source,
            "credential '" + source.name + "': $CREDENTIALS_DIRECTORY is not set",
            "systemd sets it for units with LoadCredential="
        );
    }
    case secret_source::origin::environment: {
        auto value = env(source.name);
        if (!value) return unusable(source, "$" + source.name + ": is not set");
        return cleaned(source, std::move(*value));
    }
    }
    return unusable(source, "has no known origin");
}

std::vector<problem> check_secrets(settings const& value, environment const& env) {
    std::vector<problem> problems;
    for (auto const& [source, is_url] : given_secrets(value)) {
        auto text = read_secret(*source, env);
        if (!text) {
            problems.push_back({value.file.string(), source->key, text.error().message()});
            continue;
        }
        if (!is_url) continue;
        if (auto const wrong = check_url(*text)) {
            problems.push_back(
                {value.file.string(), source->key, fmt::format("{}: what it holds {}", source->key, wrong.why)
                }
            );
        }
    }
    return problems;
}

std::vector<std::string> secrets_of_the_start(settings const& value) {
    std::vector<std::string> keys;
    for (auto const& [source, is_url] : given_secrets(value)) {
        if (source->from != secret_source::origin::file) keys.push_back(source->key);
    }
    return keys;
}

std::vector<std::string> exposed_secrets(settings const& value) {
    std::vector<std::string> warnings;
    for (auto const& [source, is_url] : given_secrets(value)) {
        if (source->from != secret_source::origin::file || !others_may_read(source->name)) continue;
        warnings.push_back(
            fmt::format("{}: every user of this host may read {}; chmod o-rwx it", source->key, source->name)
        );
    }
    return warnings;
}

} // namespace modelwatch::config
