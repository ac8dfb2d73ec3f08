#include "daemon/config/secrets.hpp"

#include "daemon/config/bounded_file.hpp"
#include "daemon/config/checks.hpp"
#include "daemon/config/config.hpp"
#include "daemon/model/text.hpp"

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

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// A trailing newline is the editor's, not part of the secret; anything else that is odd is refused.
result<std::string> cleaned(secret_source const& source, std::string value) {
    if (value.ends_with('\n')) value.pop_back();
    if (value.ends_with('\r')) value.pop_back();
    if (value.empty()) return unusable(source, source.name + ": is empty");
    if (value.starts_with(byte_order_mark))
        return unusable(
            source, source.name + ": begins with a byte order mark", "save it as UTF-8 without BOM"
        );
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

bool is_quoted(std::string_view text) {
    return text.size() > 1 && text.front() == text.back() && (text.front() == '"' || text.front() == '\'');
}

/// What is wrong with a token, without showing it; empty: nothing.
std::string token_trouble(std::string_view text) {
    auto const start = lower(text.substr(0, 7));
    if (start == "bearer " || start == "bearer:") return "begins with \"Bearer\": write the token alone";
    if (is_quoted(text)) return "stands in quotes: write the token alone";
    if (text.find(' ') != std::string_view::npos) return "holds a space: no token does";
    auto const visible = [](char c) { return c > 0x20 && c < 0x7f; };
    if (!std::all_of(text.begin(), text.end(), visible)) return "holds characters that no token has";
    return {};
}

std::string trouble_of(secret_form looks, std::string& text) {
    switch (looks) {
    case secret_form::token:
        return token_trouble(text);
    case secret_form::header:
        return trimmed(text) == text ? std::string{} : "begins or ends with a blank, which no header keeps";
    case secret_form::url:
        return check_url(text).why;
    case secret_form::text:
        break;
    }
    return {};
}

/// nullopt: it can be used.
std::optional<problem>
problem_with(given_secret const& given, result<std::string> const& text, settings const& in) {
    auto const& key = given.source->key;
    if (!text) return problem{in.file.string(), key, text.error().message()};
    auto value = *text;
    auto const wrong = trouble_of(given.looks, value);
    if (wrong.empty()) return std::nullopt;
    return problem{in.file.string(), key, fmt::format("{}: what it holds {}", key, wrong)};
}

} // namespace

std::vector<given_secret> given_secrets(settings const& value) {
    std::vector<given_secret> all;
    auto const add = [&](secret_source const& source, secret_form looks) {
        if (source.given()) all.push_back({&source, looks});
    };
    add(value.service.api_token, secret_form::token);
    for (auto const& [name, hub] : value.hubs)
        add(hub.token, secret_form::token);
    for (auto const& notifier : value.notifiers) {
        add(notifier.url_secret, secret_form::url);
        add(notifier.secret, secret_form::text); // notify knows the forms of signing keys
        add(notifier.routing_key, secret_form::token);
        add(notifier.password, secret_form::text);
    }
    add(value.heartbeat.url_secret, secret_form::url);
    add(value.hooks.secret, secret_form::header);
    return all;
}

result<std::string>
read_credential(secret_source const& source, environment const& env, std::filesystem::path const& service) {
    auto const own = env("CREDENTIALS_DIRECTORY").value_or(std::string{});
    if (!own.empty()) return from_file(source, std::filesystem::path{own} / source.name);
    auto text = read_bounded(service / source.name, longest_secret);
    if (text) return cleaned(source, std::move(*text));
    return unusable(
        source,
        fmt::format(
            "credential '{}': $CREDENTIALS_DIRECTORY is not set, and {}", source.name, text.error().what
        ),
        "systemd gives it to the service (LoadCredential=); while that runs, root may read it there"
    );
}

result<std::string> read_secret(secret_source const& source, environment const& env) {
    switch (source.from) {
    case secret_source::origin::none:
        return std::string{};
    case secret_source::origin::file:
        return from_file(source, source.name);
    case secret_source::origin::credential:
        return read_credential(source, env, service_credentials);
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
    for (auto const& given : given_secrets(value)) {
        if (auto wrong = problem_with(given, read_secret(*given.source, env), value))
            problems.push_back(std::move(*wrong));
    }
    return problems;
}

std::vector<std::string> secrets_of_the_start(settings const& value) {
    std::vector<std::string> keys;
    for (auto const& given : given_secrets(value)) {
        if (given.source->from != secret_source::origin::file) keys.push_back(given.source->key);
    }
    return keys;
}

secret_report
check_secrets_beside(settings const& value, environment const& env, std::filesystem::path const& service) {
    secret_report out;
    bool const beside = env("CREDENTIALS_DIRECTORY").value_or(std::string{}).empty();
    for (auto const& given : given_secrets(value)) {
        auto const& source = *given.source;
        bool const credential = source.from == secret_source::origin::credential;
        auto const text = credential ? read_credential(source, env, service) : read_secret(source, env);
        auto wrong = problem_with(given, text, value);
        if (!wrong) continue;
        if (credential && beside && !read_bounded(service / source.name, longest_secret)) {
            out.warnings.push_back(std::move(wrong->what));
        } else {
            out.problems.push_back(std::move(*wrong));
        }
    }
    return out;
}

std::vector<std::string> exposed_secrets(settings const& value) {
    std::vector<std::string> warnings;
    for (auto const& [source, looks] : given_secrets(value)) {
        if (source->from != secret_source::origin::file || !others_may_read(source->name)) continue;
        warnings.push_back(
            fmt::format("{}: every user of this host may read {}; chmod o-rwx it", source->key, source->name)
        );
    }
    return warnings;
}

} // namespace modelwatch::config
