#include "daemon/config/sections.hpp"

namespace modelwatch::config {

namespace {

constexpr std::string_view main_hub = "hub";

/// The customary variables of the Hugging Face tools count where the configuration is silent.
void fill_from_environment(hub_settings& hub, bool endpoint_given, reading const& what) {
    if (auto const token = what.env("HF_TOKEN"); !hub.token.given() && token && !token->empty()) {
        hub.token = {secret_source::origin::environment, "HF_TOKEN", "hub.token_env"};
    }
    auto endpoint = what.env("HF_ENDPOINT").value_or(std::string{});
    if (endpoint_given || endpoint.empty()) return;
    if (auto const wrong = check_endpoint(endpoint)) {
        what.log.problem_elsewhere(
            "environment", "HF_ENDPOINT", fmt::format("HF_ENDPOINT {}{}", wrong.why, wrong.hint)
        );
        return;
    }
    hub.endpoint = endpoint;
}

void read_further_hub(std::string const& name, toml::table const& table, reading const& what) {
    auto const in = what.at("[hubs." + name + "]", "hubs." + name);
    auto const line = table.source().begin.line;
    std::string checked = name;
    if (auto const wrong = check_name(checked)) {
        in.log.problem(line, in.prefix, fmt::format("'{}' in [hubs] {}", name, wrong.why));
        return;
    }
    if (name == main_hub) {
        in.log.problem(line, in.prefix, "[hubs.hub]: the name 'hub' belongs to [hub]; choose another one");
        return;
    }
    hub_settings hub;
    hub.name = name;
    hub.endpoint.clear();
    read_keys(table, hub_keys(), in, hub);
    if (!table.contains("endpoint")) in.needs(line, "endpoint", "the https:// address of this hub");
    what.out.hubs.insert_or_assign(name, std::move(hub));
}

} // namespace

key_table<hub_settings> const& hub_keys() {
    static auto const table = [] {
        using s = hub_settings;
        key_table<s> keys;
        keys.text("type", "the API that the hub speaks: huggingface", &s::type, one_of({"huggingface"}));
        keys.text("endpoint", "the hub's https:// address", &s::endpoint, check_endpoint);
        keys.secret("token", "the access token for the hub", &s::token);
        keys.path("ca_file", "certificates (PEM) to trust instead of the system's", &s::ca_file);
        keys.text("proxy", "\"http://host:port\", or \"none\"", &s::proxy, check_proxy);
        keys.duration(
            "timeout", "for one request", &s::timeout, std::chrono::seconds{1}, std::chrono::minutes{10}
        );
        keys.count("max_connections", "connections at once", &s::max_connections, 1, 256);
        keys.count(
            "request_budget", "requests per 5 minutes; 0 follows the hub", &s::request_budget, 0, 1'000'000
        );
        return keys;
    }();
    return table;
}

void read_hub(toml::table const* table, reading const& what) {
    hub_settings hub;
    hub.name = main_hub;
    if (table != nullptr) read_keys(*table, hub_keys(), what.at("[hub]", "hub"), hub);
    fill_from_environment(hub, table != nullptr && table->contains("endpoint"), what);
    what.out.hubs.insert_or_assign(hub.name, std::move(hub));
}

void read_further_hubs(toml::table const* table, reading const& what) {
    if (table == nullptr) return;
    for (auto const& [name, node] : *table) {
        std::string const word{name.str()};
        if (auto const* inner = node.as_table()) {
            read_further_hub(word, *inner, what);
            continue;
        }
        auto const text = fmt::format("'{}' in [hubs] must be a table of its own: [hubs.NAME]", word);
        what.log.problem(name.source().begin.line, "hubs." + word, text);
    }
}

} // namespace modelwatch::config
