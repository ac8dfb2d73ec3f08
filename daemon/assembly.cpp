#include "daemon/assembly.hpp"

#include "daemon/assessment_rules.hpp"
#include "daemon/config/bounded_file.hpp"
#include "daemon/log.hpp"
#include "daemon/model/digest.hpp"
#include "daemon/model/failure.hpp"
#include "daemon/model/host.hpp"
#include "daemon/rule_warnings.hpp"
#include "daemon/version.hpp"

#include <algorithm>
#include <array>
#include <ifaddrs.h>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace modelwatch {

namespace {

constexpr std::size_t longest_rule_file = 8u << 20;

result<std::string> read_file(std::string const& path, std::string_view key) {
    auto text = config::read_bounded(path, longest_rule_file);
    if (text) return text;
    return failure(
        errc::invalid,
        std::string{key} + ": cannot read " + text.error().what,
        "check that the file exists, is readable and is smaller than 8 MiB"
    );
}

std::string host_name() {
    std::array<char, 256> name{};
    if (gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "localhost";
    return name.data();
}

/// An address by which others may know this host: the first that is no loopback, IPv4 before IPv6.
std::string own_address() {
    ifaddrs* all = nullptr;
    if (getifaddrs(&all) != 0) return {};
    std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> const owner{all, freeifaddrs};
    for (int const family : {AF_INET, AF_INET6}) {
        for (auto const* one = all; one != nullptr; one = one->ifa_next) {
            if (one->ifa_addr == nullptr || one->ifa_addr->sa_family != family) continue;
            std::array<char, NI_MAXHOST> text{};
            auto const size = family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
            auto const failed = getnameinfo(
                one->ifa_addr,
                static_cast<socklen_t>(size),
                text.data(),
                static_cast<socklen_t>(text.size()),
                nullptr,
                0,
                NI_NUMERICHOST
            );
            // A link-local IPv6 address has a zone, which nobody else understands.
            std::string const address = failed == 0 ? text.data() : "";
            if (is_address(address) && !is_loopback_host(address)) return address;
        }
    }
    return {};
}

result<hub::hub_options> hub_options_of(config::hub_settings const& from, config::environment const& env) {
    auto token = config::read_secret(from.token, env);
    if (!token) return std::move(token).error();
    hub::hub_options out;
    out.name = from.name;
    out.endpoint = from.endpoint;
    out.token = std::move(*token);
    out.via = {from.ca_file, from.proxy};
    out.timeout = from.timeout;
    out.request_budget = from.request_budget;
    return out;
}

std::optional<notify::channel_type> channel_type_of(std::string_view name) {
    using type = notify::channel_type;
    constexpr std::array<std::pair<std::string_view, type>, 6> types{{
        {"webhook", type::webhook},
        {"slack", type::slack},
        {"email", type::email},
        {"teams", type::teams},
        {"pagerduty", type::pagerduty},
        {"command", type::command},
    }};
    auto const found =
        std::find_if(types.begin(), types.end(), [&](auto const& row) { return row.first == name; });
    return found == types.end() ? std::nullopt : std::optional{found->second};
}

/// libcurl and programs wait for their far end; the others share the loop.
bool blocks(notify::channel_type type) {
    return type == notify::channel_type::email || type == notify::channel_type::command;
}

result<notify::channel_options>
channel_options_of(config::notifier_settings const& from, config::environment const& env) {
    notify::channel_options out;
    out.name = from.name;
    auto const type = channel_type_of(from.type);
    if (!type) return failure(errc::invalid, "notifier " + from.name + ": unknown type " + from.type);
    out.type = *type;
    auto url = config::read_secret(from.url_secret, env);
    if (!url) return std::move(url).error();
    auto const& key = *type == notify::channel_type::pagerduty ? from.routing_key : from.secret;
    auto secret = config::read_secret(key, env);
    if (!secret) return std::move(secret).error();
    auto password = config::read_secret(from.password, env);
    if (!password) return std::move(password).error();
    out.url = url->empty() ? from.url : *url;
    out.secret = std::move(*secret);
    out.password = std::move(*password);
    out.smtp = from.smtp;
    out.from = from.from;
    out.to = from.to;
    out.username = from.username;
    out.command = from.command;
    out.via = {from.ca_file, from.proxy};
    out.timeout = from.timeout;
    out.host_name = host_name();
    if (*type == notify::channel_type::email)
        out.ehlo = from.ehlo.empty() ? greeting_name(out.host_name, own_address()) : from.ehlo;
    return out;
}

} // namespace

machinery::machinery(asio::any_io_executor where, unsigned connections_per_hub)
    : executor(where) {
    net::transport_limits limits;
    limits.max_connections_per_host = connections_per_hub;
    limits.max_idle_per_host = connections_per_hub;
    transport = net::make_http_transport(where, user_agent(), limits);
}

machinery::~machinery() {
    for (auto& [name, pool] : workers_)
        pool.join();
}

asio::any_io_executor machinery::worker(std::string const& notifier) {
    return workers_.try_emplace(notifier, std::size_t{1}).first->second.get_executor();
}

std::string user_agent() {
    return std::string{"modelwatch/"} + MODELWATCH_VERSION;
}

result<judge_rules> make_rules(config::settings const& settings) {
    judge_rules out;
    // A newer program may judge the same facts otherwise.
    std::string basis = user_agent() + "\n";
    out.publishers = assess::publisher_registry::builtin();
    out.licenses = assess::license_table::builtin();
    if (auto const& path = settings.policy.publishers_file; !path.empty()) {
        auto text = read_file(path, "policy.publishers_file");
        if (!text) return std::move(text).error();
        basis += *text;
        auto table = assess::publisher_registry::with_overrides(*text, path);
        if (!table) return std::move(table).error();
        out.publishers = std::move(*table);
    }
    if (auto const& path = settings.policy.licenses_file; !path.empty()) {
        auto text = read_file(path, "policy.licenses_file");
        if (!text) return std::move(text).error();
        basis += *text;
        auto table = assess::license_table::with_overrides(*text, path);
        if (!table) return std::move(table).error();
        out.licenses = std::move(*table);
    }
    out.severity_overrides = settings.policy.severity_overrides;
    for (auto const& [kind, level] : out.severity_overrides)
        basis += kind + "=" + std::string{to_string(level)} + "\n";
    auto numbers = make_rubric(settings);
    if (!numbers) return std::move(numbers).error();
    out.numbers = std::move(*numbers);
    auto policy = make_policy(settings);
    if (!policy) return std::move(policy).error();
    out.policy = std::move(*policy);
    out.advisories = std::make_shared<advisory_feed const>(load_advisories(settings.advisory_paths));
    basis += assessment_basis(settings) + out.advisories->digest;
    out.basis = sha256_hex(basis);
    out.desk.remind_after = settings.service.remind_after;
    for (auto const& one : settings.notifiers) {
        out.desk.notifiers.push_back({one.name, one.min_severity, one.kinds, one.tags});
    }
    return out;
}

unsigned most_connections(config::settings const& settings) {
    unsigned out = 1;
    for (auto const& [name, hub] : settings.hubs)
        out = std::max(out, hub.max_connections);
    return out;
}

result<hub_map>
make_hubs(config::settings const& settings, machinery& parts, config::environment const& env) {
    hub_map out;
    for (auto const& [name, one] : settings.hubs) {
        auto options = hub_options_of(one, env);
        if (!options) return std::move(options).error();
        for (auto const& target : settings.watches) {
            if (target.hub == name) options->neighbours.push_back(target.repo);
        }
        try {
            out[name] = hub::make_hub_client(std::move(*options), *parts.transport, parts.time);
        } catch (std::invalid_argument const& e) {
            return failure(errc::invalid, "hub " + name + ": " + e.what());
        }
    }
    return out;
}

result<std::vector<lane_settings>>
make_lanes(config::settings const& settings, machinery& parts, config::environment const& env) {
    std::vector<lane_settings> out;
    for (auto const& one : settings.notifiers) {
        auto options = channel_options_of(one, env);
        if (!options) return std::move(options).error();
        options->whom = {settings.service.public_url, settings.digest.timezone};
        auto const where = blocks(options->type) ? parts.worker(one.name) : parts.executor;
        notify::channel_deps const deps{*parts.transport, parts.time, where};
        lane_settings lane;
        lane.name = one.name;
        try {
            lane.to = notify::make_channel(std::move(*options), deps);
        } catch (std::invalid_argument const& e) {
            return failure(errc::invalid, "notifier " + one.name + ": " + e.what());
        }
        lane.give_up_after = one.give_up_after;
        lane.fallback = one.fallback;
        out.push_back(std::move(lane));
    }
    return out;
}

result<assembly> assemble(
    config::settings settings,
    machinery& parts,
    config::environment const& env,
    std::chrono::milliseconds group_wait
) {
    assembly out;
    auto rules = make_rules(settings);
    if (!rules) return std::move(rules).error();
    auto hubs = make_hubs(settings, parts, env);
    if (!hubs) return std::move(hubs).error();
    auto lanes = make_lanes(settings, parts, env);
    if (!lanes) return std::move(lanes).error();
    out.rules = std::move(*rules);
    for (auto const& warning : warnings_about(settings, out.rules))
        log_warn(warning);
    out.rules.group_wait = group_wait;
    out.hubs = std::move(*hubs);
    out.lanes = std::move(*lanes);
    out.settings = std::move(settings);
    return out;
}

} // namespace modelwatch
