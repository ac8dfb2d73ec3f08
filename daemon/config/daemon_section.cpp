#include "daemon/config/sections.hpp"
#include "daemon/model/host.hpp"

namespace modelwatch::config {

namespace {

/// Where a service keeps its state, by the customs of systemd and then of the XDG base directories.
std::filesystem::path standard_state_dir(environment const& env) {
    auto const get = [&](char const* name) { return env(name).value_or(std::string{}); };
    if (auto const given = get("STATE_DIRECTORY"); given.starts_with('/'))
        return given.substr(0, given.find(':'));
    if (auto const state = get("XDG_STATE_HOME"); state.starts_with('/')) {
        return std::filesystem::path{state} / "modelwatch";
    }
    if (auto const home = get("HOME"); home.starts_with('/')) {
        return std::filesystem::path{home} / ".local/state/modelwatch";
    }
    return "/var/lib/modelwatch";
}

} // namespace

key_table<daemon_settings> const& daemon_keys() {
    static auto const table = [] {
        using s = daemon_settings;
        key_table<s> keys;
        keys.path("state_dir", "where the database lives", &s::state_dir);
        auto const levels = one_of({"trace", "debug", "info", "warn", "error"});
        keys.text("log_level", "trace, debug, info, warn or error", &s::log_level, levels);
        auto const formats = one_of({"auto", "text", "json", "journald"});
        keys.text("log_format", "auto, text, json or journald", &s::log_format, formats);
        keys.text("listen", "\"address:port\", \"unix:/path\" or \"\" for none", &s::listen, check_listen);
        keys.text(
            "socket_group", "who owns a Unix socket beside the service", &s::socket_group, check_not_empty
        );
        keys.text(
            "socket_mode", "who may connect to a Unix socket: \"0660\"", &s::socket_mode, check_socket_mode
        );
        keys.text(
            "public_url",
            "where people reach the status page: links in messages lead there",
            &s::public_url,
            check_public_url
        );
        keys.secret("api_token", "the bearer token of requests that change state", &s::api_token);
        keys.duration("retention", "how long events, deliveries and old snapshots are kept", &s::retention);
        keys.duration("remind_after", "when an open alert is sent again", &s::remind_after);
        return keys;
    }();
    return table;
}

void read_daemon(toml::table const* table, reading const& what) {
    auto& service = what.out.service;
    auto const in = what.at("[daemon]", "daemon");
    if (table != nullptr) read_keys(*table, daemon_keys(), in, service);
    if (service.state_dir.empty()) service.state_dir = standard_state_dir(what.env);
    if (table == nullptr || is_local_listen(service.listen) || service.api_token.given()) return;
    in.log.problem(
        line_of(*table, "listen"),
        in.key("listen"),
        fmt::format(
            "'listen' in [daemon] opens \"{}\" to other hosts: give api_token_file too, or listen on "
            "127.0.0.1",
            service.listen
        )
    );
}

} // namespace modelwatch::config
