#include "daemon/config/service_view.hpp"

#include "daemon/config/secrets.hpp"
#include "daemon/config/service_paths.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modelwatch::config {

namespace {

namespace fs = std::filesystem;

struct named_path {
    std::string key;
    fs::path path;
    bool secret = false;
};

/// Of a glob the folder that is looked through.
fs::path before_wildcards(fs::path const& path) {
    fs::path out;
    for (auto const& part : path) {
        if (part.string().find_first_of("*?[") != std::string::npos) break;
        out /= part;
    }
    return out;
}

std::vector<named_path> named_paths(settings const& value) {
    std::vector<named_path> all;
    auto const add = [&](std::string key, fs::path const& path) {
        if (!path.empty()) all.push_back({std::move(key), path});
    };
    for (auto const& [source, looks] : given_secrets(value)) {
        if (source->from == secret_source::origin::file) all.push_back({source->key, source->name, true});
    }
    for (auto const& target : value.watches) {
        for (auto const& path : target.paths)
            add("paths of " + target.repo, path);
    }
    for (auto const& [name, hub] : value.hubs)
        add((name == "hub" ? "hub" : "hubs." + name) + ".ca_file", hub.ca_file);
    for (auto const& notifier : value.notifiers) {
        add("notifier." + notifier.name + ".ca_file", notifier.ca_file);
        if (!notifier.command.empty())
            add("notifier." + notifier.name + ".command", notifier.command.front());
    }
    add("policy.publishers_file", value.policy.publishers_file);
    add("policy.licenses_file", value.policy.licenses_file);
    for (auto const& glob : value.advisory_paths)
        add("advisories.paths", before_wildcards(glob));
    return all;
}

/// "notifier.ops.url_file" → "ops-url": how the secret could be called as a credential.
std::string credential_name(std::string const& key) {
    auto out = key.substr(0, key.rfind("_file"));
    if (out.starts_with("notifier.")) out.erase(0, 9);
    std::replace_if(out.begin(), out.end(), [](char c) { return c == '.' || c == '_' || c == ' '; }, '-');
    return out;
}

std::string secret_cure(named_path const& what) {
    auto const name = credential_name(what.key);
    auto const key = what.key.substr(what.key.rfind('.') + 1);
    return fmt::format(
        "; give it as a credential: {} = \"{}\" instead of {}, and{}",
        key.substr(0, key.rfind("_file")) + "_credential",
        name,
        key,
        drop_in({"LoadCredential=" + name + ":" + what.path.string()}).substr(1)
    );
}

void judge_path(
    named_path const& what,
    service_unit const& unit,
    service_identity const& who,
    std::vector<std::string>& out
) {
    auto const why = kept_back(what.path, unit, who);
    if (why) out.push_back(what.key + ": " + why->what + (what.secret ? secret_cure(what) : why->cure));
}

/// Folders in which ProtectSystem=strict lets the service write.
std::vector<fs::path> writable(service_unit const& unit) {
    std::vector<fs::path> out;
    auto const add = [&](char const* key, fs::path const& top) {
        for (auto const& name : unit.words(key))
            out.push_back(top / name);
    };
    add("StateDirectory", "/var/lib");
    add("StateDirectory", "/var/lib/private");
    add("RuntimeDirectory", "/run");
    add("ReadWritePaths", "/");
    add("BindPaths", "/");
    return out;
}

void judge_writing(
    std::string const& key, fs::path const& path, service_unit const& unit, std::vector<std::string>& out
) {
    if (unit.last("ProtectSystem") != "strict") return;
    auto const folders = writable(unit);
    bool const fits = std::any_of(folders.begin(), folders.end(), [&](fs::path const& top) {
        return lies_below(path.lexically_normal(), top);
    });
    if (fits) return;
    out.push_back(fmt::format(
        "{}: the service cannot write to {}: use {}",
        key,
        path.string(),
        key == "daemon.listen" ? "unix:/run/modelwatch/http.sock"
                               : "state_dir = \"/var/lib/modelwatch\", for service and commands alike"
    ));
}

/// A mail program gets at its queue by the rights of its file or of its group, and neither counts here.
void judge_mail(settings const& value, service_unit const& unit, std::vector<std::string>& out) {
    if (!unit.yes("DynamicUser") && !unit.yes("NoNewPrivileges")) return;
    for (auto const& notifier : value.notifiers) {
        if (notifier.type != "email" || !notifier.smtp.starts_with("sendmail:")) continue;
        out.push_back(
            "notifier." + notifier.name +
            ".smtp: \"sendmail:\" cannot work under modelwatchd.service, which takes every right from the "
            "programs "
            "that it runs: use smtp:// to the mail server of this host or of your network; modelwatchd(8), "
            "under "
            "Mail, says what else it would take"
        );
    }
}

void judge_credentials(settings const& value, service_unit const& unit, std::vector<std::string>& out) {
    for (auto const& [source, looks] : given_secrets(value)) {
        if (source->from != secret_source::origin::credential || unit.gives(source->name)) continue;
        out.push_back(fmt::format(
            "{}: modelwatchd.service has no LoadCredential={}: `modelwatch init --service` writes the "
            "drop-in",
            source->key,
            source->name
        ));
    }
}

} // namespace

bool is_of_service(std::filesystem::path const& file, service_unit const& unit) {
    constexpr std::string_view variable = "MODELWATCH_CONFIG=";
    std::string wanted{service_configuration};
    for (auto const& word : unit.words("Environment")) {
        if (word.starts_with(variable)) wanted = word.substr(variable.size());
    }
    return file == wanted;
}

std::vector<std::string>
service_warnings(settings const& value, service_unit const& unit, service_identity const& who) {
    std::vector<std::string> out;
    judge_writing("daemon.state_dir", value.service.state_dir, unit, out);
    if (value.service.listen.starts_with("unix:"))
        judge_writing("daemon.listen", value.service.listen.substr(5), unit, out);
    for (auto const& what : named_paths(value))
        judge_path(what, unit, who, out);
    judge_mail(value, unit, out);
    judge_credentials(value, unit, out);
    return out;
}

} // namespace modelwatch::config
