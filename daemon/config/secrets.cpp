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

/// What a secret must look like to be of any use to who receives it.
enum class form {
    text,   ///< a password: whatever its owner chose
    token,  ///< goes behind "Bearer " into a header, or into a field as it is
    header, ///< goes alone into a header: outer blanks would be lost
    url,
};

struct given_secret {
    secret_source const* source;
    form looks;
};

std::vector<given_secret> given_secrets(settings const& value) {
    std::vector<given_secret> all;
    auto const add = [&](secret_source const& source, form looks) {
        if (source.given()) all.push_back({&source, looks});
    };
    add(value.service.api_token, form::token);
    for (auto const& [name, hub] : value.hubs)
        add(hub.token, form::token);
    for (auto const& notifier : value.notifiers) {
        add(notifier.url_secret, form::url);
        add(notifier.secret, form::text); // notify knows the forms of signing keys
        add(notifier.routing_key, form::token);
        add(notifier.password, form::text);
    }
    add(value.heartbeat.url_secret, form::url);
    add(value.hooks.secret, form::header);
    return all;
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

std::string trouble_of(form looks, std::string& text) {
    switch (looks) {
    case form::token:
        return token_trouble(text);
    case form::header:
        return trimmed(text) == text ? std::string{} : "begins or ends with a blank, which no header keeps";
    case form::url:
        return check_url(text).why;
    case form::text:
        break;
    }
    return {};
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
    for (auto const& [source, looks] : given_secrets(value)) {
        auto text = read_secret(*source, env);
        if (!text) {
            problems.push_back({value.file.string(), source->key, text.error().message()});
            continue;
        }
        if (auto const wrong = trouble_of(looks, *text); !wrong.empty()) {
            auto const what = fmt::format("{}: what it holds {}", source->key, wrong);
            problems.push_back({value.file.string(), source->key, what});
        }
    }
    return problems;
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
