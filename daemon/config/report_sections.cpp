// The short sections: [digest], [heartbeat], [hooks], [advisories].

#include "daemon/config/sections.hpp"

#include <algorithm>

namespace modelwatch::config {

key_table<digest_settings> const& digest_keys() {
    static auto const table = [] {
        using s = digest_settings;
        key_table<s> keys;
        keys.text(
            "schedule",
            "\"Mon 09:00\", \"Mon,Thu 09:00\", \"daily 09:00\"; \"\": none",
            &s::schedule,
            check_schedule
        );
        keys.text("timezone", "the zone that the schedule is in", &s::timezone, check_timezone);
        keys.texts("notifiers", "who gets it", &s::notifiers, check_name);
        return keys;
    }();
    return table;
}

key_table<heartbeat_settings> const& heartbeat_keys() {
    static auto const table = [] {
        using s = heartbeat_settings;
        key_table<s> keys;
        keys.text("url", "the address to call while polls succeed", &s::url, check_url);
        keys.secret("url", "the address to call while polls succeed", &s::url_secret);
        keys.duration("interval", "time between two calls", &s::interval);
        return keys;
    }();
    return table;
}

key_table<hooks_settings> const& hooks_keys() {
    static auto const table = [] {
        key_table<hooks_settings> keys;
        keys.secret("secret", "what the hub sends as X-Webhook-Secret", &hooks_settings::secret);
        return keys;
    }();
    return table;
}

key_table<settings> const& advisories_keys() {
    static auto const table = [] {
        key_table<settings> keys;
        keys.paths("paths", "globs of OSV files", &settings::advisory_paths);
        return keys;
    }();
    return table;
}

void read_digest(toml::table const* table, reading const& what) {
    if (table == nullptr) return;
    auto const in = what.at("[digest]", "digest");
    auto& digest = what.out.digest;
    read_keys(*table, digest_keys(), in, digest);
    std::vector<std::string> known;
    known.reserve(what.out.notifiers.size());
    for (auto const& notifier : what.out.notifiers)
        known.push_back(notifier.name);
    for (auto const& name : digest.notifiers) {
        if (std::find(known.begin(), known.end(), name) != known.end()) continue;
        auto const text =
            fmt::format("'notifiers' in [digest] names no notifier: \"{}\"{}", name, suggestion(name, known));
        in.log.problem(line_of(*table, "notifiers"), in.key("notifiers"), text);
    }
    if (!digest.schedule.empty() && !table->contains("notifiers")) {
        in.log.warning(
            line_of(*table, "schedule"), in.key("schedule"), "no one gets the digest: give 'notifiers' too"
        );
    }
}

void read_heartbeat(toml::table const* table, reading const& what) {
    if (table == nullptr) return;
    auto const in = what.at("[heartbeat]", "heartbeat");
    auto& heartbeat = what.out.heartbeat;
    read_keys(*table, heartbeat_keys(), in, heartbeat);
    if (table->contains("url") && heartbeat.url_secret.given()) {
        auto const text = "'url' in [heartbeat] stands beside '" + bare_key(heartbeat.url_secret.key) +
                          "': give one of them";
        in.log.problem(line_of(*table, "url"), in.key("url"), text);
    }
    auto const is_url = [](std::string_view name) { return name == "url" || name.starts_with("url_"); };
    bool const any =
        std::any_of(table->begin(), table->end(), [&](auto const& row) { return is_url(row.first.str()); });
    if (!any)
        in.needs(table->source().begin.line, "url_file", "the file with the address to call (or 'url')");
}

void read_hooks(toml::table const* table, reading const& what) {
    if (table == nullptr) return;
    auto const in = what.at("[hooks]", "hooks");
    read_keys(*table, hooks_keys(), in, what.out.hooks);
    if (table->empty())
        in.needs(table->source().begin.line, "secret_file", "the file with the secret that the hub sends");
}

void read_advisories(toml::table const* table, reading const& what) {
    if (table != nullptr)
        read_keys(*table, advisories_keys(), what.at("[advisories]", "advisories"), what.out);
}

} // namespace modelwatch::config
