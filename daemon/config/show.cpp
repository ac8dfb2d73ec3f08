#include "daemon/config/sections.hpp"

namespace modelwatch::config {

namespace {

template <class T>
void write_section(std::string& out, std::string const& header, key_table<T> const& keys, T const& value) {
    auto const lines = write_keys(keys, value);
    if (lines.empty()) return;
    if (!out.empty()) out += '\n';
    out += header + '\n' + lines;
}

void write_hubs(std::string& out, settings const& value) {
    for (auto const& [name, hub] : value.hubs) {
        auto const header = name == "hub" ? std::string{"[hub]"} : "[hubs." + toml_key(name) + "]";
        write_section(out, header, hub_keys(), hub);
    }
}

void write_watches(std::string& out, settings const& value) {
    for (auto const& watched : value.watches) {
        account_watch entry;
        entry.settings = watched;
        write_section(out, "[[watch]]", watch_keys(), entry);
    }
    for (auto const& account : value.accounts)
        write_section(out, "[[watch]]", watch_keys(), account);
}

} // namespace

std::string show(settings const& value) {
    std::string out;
    write_section(out, "[daemon]", daemon_keys(), value.service);
    write_hubs(out, value);
    account_watch defaults;
    defaults.settings = value.defaults;
    write_section(out, "[defaults]", default_keys(), defaults);
    write_watches(out, value);
    write_section(out, "[policy]", policy_keys(), value.policy);
    write_section(out, "[rubric]", rubric_keys(), value.rubric);
    for (auto const& notifier : value.notifiers)
        write_section(out, "[[notifier]]", notifier_keys(), notifier);
    write_section(out, "[digest]", digest_keys(), value.digest);
    bool const heart = !value.heartbeat.url.empty() || value.heartbeat.url_secret.given();
    if (heart) write_section(out, "[heartbeat]", heartbeat_keys(), value.heartbeat);
    write_section(out, "[advisories]", advisories_keys(), value);
    write_section(out, "[hooks]", hooks_keys(), value.hooks);
    return out;
}

} // namespace modelwatch::config
