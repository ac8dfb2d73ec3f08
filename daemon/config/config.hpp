#pragma once

#include "daemon/model/result.hpp"
#include "daemon/model/severity.hpp"
#include "daemon/model/watch.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace modelwatch::config {

/// Where a secret is to be found. Never holds the secret itself; read_secret() does the reading.
struct secret_source {
    enum class origin { none, file, credential, environment };
    origin from = origin::none;
    std::string name; ///< path, credential name or variable
    std::string key;  ///< "hub.token_file", for messages

    [[nodiscard]] bool given() const noexcept { return from != origin::none; }
};

struct daemon_settings {
    std::filesystem::path state_dir; ///< resolved: never empty after load()
    std::string log_level = "info";
    std::string log_format = "auto";
    std::string listen = "127.0.0.1:8417";
    std::string socket_group;         ///< of a Unix socket; empty: the group of the service
    std::string socket_mode = "0660"; ///< octal
    std::string public_url; ///< where people reach the status page; empty: messages link to the hub alone
    secret_source api_token;
    std::chrono::seconds retention{std::chrono::hours{24 * 400}};
    std::chrono::seconds remind_after{std::chrono::hours{24 * 7}};
};

struct hub_settings {
    std::string name = "hub";
    std::string type = "huggingface";
    std::string endpoint = "https://huggingface.co";
    secret_source token;
    std::string ca_file;
    std::string proxy;
    std::chrono::seconds timeout{30};
    unsigned max_connections = 8;
    unsigned request_budget = 0;
};

struct policy_settings {
    std::vector<std::string> require_formats;
    std::vector<std::string> deny_licenses;
    bool require_gated = false;
    bool require_review = false;
    std::optional<std::chrono::seconds> review_valid_for;
    std::string max_rating;           ///< empty: no limit
    std::vector<std::string> enforce; ///< built-in policies ("policy-tprm") that alert and that the gate asks
    std::vector<std::string> home_jurisdictions; ///< ISO 3166-1 alpha-2, upper case
    std::vector<std::string> trusted_jurisdictions;
    std::vector<std::string> elevated_jurisdictions;
    std::string intended_use = "commercial";                           ///< commercial, research
    std::chrono::seconds unpatched_grace{std::chrono::hours{24 * 90}}; ///< how long outdated is put up with
    std::chrono::seconds training_valid_for{std::chrono::hours{24 * 365}};
    std::map<std::string, std::string> training; ///< owner (label `owner`, else `team`) -> "2026-01-31"
    std::string publishers_file;
    std::string licenses_file;
    std::map<std::string, severity> severity_overrides; ///< by alert kind or check id
};

/// Points for one outcome of one check. Which names exist is known to `assess` only, hence the place.
struct rubric_points {
    int points = 0;
    std::string where; ///< "modelwatch.toml:12"
    std::string key;   ///< "rubric.points.access-gating.auto"
};

/// The numbers of the rubric. The defaults are those of assess::rubric; a test holds the two together.
struct rubric_settings {
    std::array<double, 5> weights{
        0.15, 0.10, 0.25, 0.30, 0.20
    }; ///< access license format publisher timeliness
    std::array<double, 4> bounds{15, 30, 45, 60};
    std::array<std::chrono::seconds, 3> age_limits{
        std::chrono::hours{24 * 180}, std::chrono::hours{24 * 365}, std::chrono::hours{24 * 730}
    };
    std::uint64_t popular_downloads = 10'000;
    std::vector<std::string> floors_off;         ///< "F7"
    std::map<std::string, rubric_points> points; ///< "access-gating.auto"
};

struct notifier_settings {
    std::string name;
    std::string type; ///< slack email webhook teams pagerduty command
    secret_source url_secret;
    std::string url;
    secret_source secret;      ///< webhook
    secret_source routing_key; ///< pagerduty
    std::string smtp;
    std::string from;
    std::vector<std::string> to;
    std::string username;
    secret_source password;
    std::string ehlo; ///< email: what we call ourselves; empty: the host's full name, else its address
    std::vector<std::string> command;
    severity min_severity = severity::info;
    std::vector<std::string> kinds{"*"};
    labels tags;
    std::chrono::seconds give_up_after{std::chrono::hours{72}};
    std::chrono::seconds timeout{15};
    std::string ca_file;
    std::string proxy;
    std::string fallback;
};

struct digest_settings {
    std::string schedule; ///< "Mon 09:00"; empty: no digest
    std::string timezone = "UTC";
    std::vector<std::string> notifiers;
};

struct heartbeat_settings {
    secret_source url_secret;
    std::string url;
    std::chrono::seconds interval{std::chrono::minutes{5}};
};

struct hooks_settings {
    secret_source secret;
};

/// The whole configuration, typed, defaults filled in.
struct settings {
    std::filesystem::path file; ///< empty: built-in defaults
    daemon_settings service;
    std::map<std::string, hub_settings> hubs; ///< always has "hub"
    watch defaults;
    std::vector<watch> watches;
    std::vector<account_watch> accounts;
    policy_settings policy;
    rubric_settings rubric;
    std::vector<notifier_settings> notifiers;
    digest_settings digest;
    heartbeat_settings heartbeat;
    std::vector<std::string> advisory_paths;
    hooks_settings hooks;
    std::vector<std::string> warnings; ///< "modelwatch.toml:12: watch.interval: below one minute …"
};

/// One thing that is wrong: "modelwatch.toml:12: unknown key 'intervall' in [[watch]]; did you mean
/// 'interval'?".
struct problem {
    std::string where; ///< "modelwatch.toml:12"
    std::string key;
    std::string what;
    [[nodiscard]] std::string text() const;
};

struct outcome {
    settings value;
    std::vector<problem> problems; ///< empty: `value` may be used

    [[nodiscard]] bool ok() const noexcept { return problems.empty(); }
};

/// Reads an environment variable; empty when unset. Injected so that tests need no environment.
using environment = std::function<std::optional<std::string>(std::string const&)>;
[[nodiscard]] environment process_environment();

/// Contract 2: `--config`, then $MODELWATCH_CONFIG, then /etc/modelwatch/modelwatch.toml, then nothing.
/// A file that was asked for and does not exist is a problem; a missing /etc file is not.
[[nodiscard]] outcome load(std::optional<std::filesystem::path> const& asked, environment const& env);

/// The pure part: text to settings. `origin` names it in problems.
[[nodiscard]] outcome parse(std::string_view toml, std::string const& origin, environment const& env);

/// The value of a secret: trailing newline trimmed, at most 64 KiB, not empty. An error names the key and the
/// path, never the content. A source that is not given is an empty string.
[[nodiscard]] result<std::string> read_secret(secret_source const& source, environment const& env);

/// Reads every secret that the settings name and says which cannot be used; `config check` and start-up ask
/// this. An address among them must be an https:// URL (or http:// for loopback). Holds no secret.
[[nodiscard]] std::vector<problem> check_secrets(settings const& value, environment const& env);

/// Warnings about secret files that every user of this host may read; load() adds them to `warnings`.
[[nodiscard]] std::vector<std::string> exposed_secrets(settings const& value);

/// The effective configuration as TOML that parse() reads back to the same settings; secrets show as their
/// source.
[[nodiscard]] std::string show(settings const& value);

} // namespace modelwatch::config
