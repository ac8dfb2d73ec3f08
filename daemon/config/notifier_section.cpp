#include "daemon/config/sections.hpp"

#include <algorithm>
#include <array>

namespace modelwatch::config {

namespace {

std::vector<std::string> notifier_types() {
    return {"slack", "email", "webhook", "teams", "pagerduty", "command"};
}

/// Which types a key says something to; a key that is not here suits all of them.
struct reach {
    std::string_view key; ///< without _file, _credential, _env
    std::string_view types;
};

constexpr std::array<reach, 12> reaches{{
    {"url", "slack teams webhook pagerduty"},
    {"secret", "webhook"},
    {"routing_key", "pagerduty"},
    {"ca_file", "slack email webhook teams pagerduty"},
    {"proxy", "slack email webhook teams pagerduty"},
    {"smtp", "email"},
    {"from", "email"},
    {"to", "email"},
    {"username", "email"},
    {"password", "email"},
    {"ehlo", "email"},
    {"command", "command"},
}};

std::string_view without_origin(std::string_view key) {
    for (std::string_view const ending : {"_file", "_credential", "_env"}) {
        if (key.ends_with(ending) && key != "ca_file") return key.substr(0, key.size() - ending.size());
    }
    return key;
}

void report_foreign_keys(toml::table const& table, std::string const& type, section const& in) {
    for (auto const& [name, node] : table) {
        auto const found = std::find_if(reaches.begin(), reaches.end(), [&](reach const& row) {
            return row.key == without_origin(name.str());
        });
        if (found == reaches.end() || found->types.find(type) != std::string_view::npos) continue;
        auto const text = fmt::format(
            "'{}' in [[notifier]] says nothing to a notifier of type {}; it is for {}",
            name.str(),
            type,
            found->types
        );
        in.log.problem(name.source().begin.line, in.key(name.str()), text);
    }
}

void check_url_source(notifier_settings const& entry, toml::table const& table, section const& in) {
    bool const secret_url = entry.type == "slack" || entry.type == "teams";
    if (table.contains("url") && secret_url) {
        in.log.problem(
            line_of(table, "url"),
            in.key("url"),
            fmt::format(
                "'url' in [[notifier]] is a secret for type {}: whoever knows it can post; write it to a "
                "file of its "
                "own and give url_file = \"/path\" (or url_credential, or url_env)",
                entry.type
            )
        );
    } else if (table.contains("url") && entry.url_secret.given()) {
        auto const text =
            "'url' in [[notifier]] stands beside '" + bare_key(entry.url_secret.key) + "': give one of them";
        in.log.problem(line_of(table, "url"), in.key("url"), text);
    }
}

/// What a notifier of this type cannot do without.
void check_needs(notifier_settings const& entry, toml::table const& table, section const& in) {
    auto const line = table.source().begin.line;
    bool const any_url = table.contains("url") || entry.url_secret.given();
    auto const missing = [&](char const* name) { return !table.contains(name); };
    if ((entry.type == "slack" || entry.type == "teams") && !any_url) {
        in.needs(line, "url_file", "the file with the address of the incoming webhook");
    }
    if (entry.type == "webhook" && !any_url) in.needs(line, "url", "the address to post to (or 'url_file')");
    if (entry.type == "pagerduty" && !entry.routing_key.given()) {
        in.needs(line, "routing_key_file", "the file with the integration key of the PagerDuty service");
    }
    if (entry.type == "command" && missing("command")) {
        in.needs(line, "command", "the program and its arguments, such as [\"/usr/local/bin/alert\"]");
    }
    if (!entry.command.empty() && entry.command.front().find('/') != 0) {
        auto const text = "'command' in [[notifier]] must begin with the absolute path of a program";
        in.log.problem(line_of(table, "command"), in.key("command"), text);
    }
    if (entry.type != "email") return;
    if (missing("from")) in.needs(line, "from", "the sender's address");
    if (missing("to")) in.needs(line, "to", "the list of recipients");
    if (missing("smtp"))
        in.needs(line, "smtp", R"(the mail server, such as "smtps://mail.corp.example:465", or "sendmail:")");
}

void check_login(notifier_settings const& entry, toml::table const& table, section const& in) {
    if (entry.type != "email") return;
    auto const line = table.source().begin.line;
    bool const user = !entry.username.empty();
    if (entry.smtp.starts_with("sendmail:") && (user || entry.password.given())) {
        auto const text = "'username' and 'password_file' in [[notifier]] say nothing to \"sendmail:\"";
        in.log.problem(line_of(table, "smtp"), in.key("smtp"), text);
    } else if (entry.smtp.starts_with("sendmail:") && table.contains("ehlo")) {
        auto const text = "'ehlo' in [[notifier]] says nothing to \"sendmail:\"";
        in.log.problem(line_of(table, "ehlo"), in.key("ehlo"), text);
    } else if (user && !entry.password.given()) {
        in.needs(line_of(table, "username"), "password_file", "the file with the password of 'username'");
    } else if (!user && entry.password.given()) {
        in.needs(line, "username", "the user whose password is given");
    }
}

struct placed_notifier {
    notifier_settings value;
    toml::table const* table;
};

std::optional<placed_notifier> read_notifier(toml::table const& table, reading const& what) {
    auto const name = table["name"].value<std::string>().value_or("");
    auto const in = what.at("[[notifier]]", name.empty() ? "notifier" : "notifier." + name);
    auto const line = table.source().begin.line;
    notifier_settings entry;
    read_keys(table, notifier_keys(), in, entry);
    if (!table.contains("name")) in.needs(line, "name", "the name by which [digest] and people call it");
    if (!table.contains("type")) {
        in.needs(line, "type", fmt::format("{}", "slack, email, webhook, teams, pagerduty or command"));
    }
    if (!entry.type.empty()) {
        report_foreign_keys(table, entry.type, in);
        check_url_source(entry, table, in);
        check_needs(entry, table, in);
        check_login(entry, table, in);
    }
    if (entry.name.empty()) return std::nullopt;
    return placed_notifier{std::move(entry), &table};
}

/// The notifiers that are reached from `start` by falling back; ends before the first repetition.
std::vector<std::string>
fallback_chain(std::vector<placed_notifier> const& all, placed_notifier const& start) {
    std::vector<std::string> chain{start.value.name};
    auto next = start.value.fallback;
    while (!next.empty()) {
        chain.push_back(next);
        if (std::count(chain.begin(), chain.end(), next) > 1) break;
        auto const found =
            std::find_if(all.begin(), all.end(), [&](auto const& n) { return n.value.name == next; });
        next = found == all.end() ? std::string{} : found->value.fallback;
    }
    return chain;
}

void check_fallback(
    std::vector<placed_notifier> const& all, placed_notifier const& entry, reading const& what
) {
    auto const& [value, table] = entry;
    if (value.fallback.empty()) return;
    auto const in = what.at("[[notifier]]", "notifier." + value.name);
    auto const line = line_of(*table, "fallback");
    std::vector<std::string> others;
    for (auto const& other : all) {
        if (other.value.name != value.name) others.push_back(other.value.name);
    }
    if (std::find(others.begin(), others.end(), value.fallback) == others.end()) {
        auto const hint = value.fallback == value.name ? std::string{} : suggestion(value.fallback, others);
        auto const text =
            fmt::format("'fallback' in [[notifier]] names no other notifier: \"{}\"{}", value.fallback, hint);
        in.log.problem(line, in.key("fallback"), text);
        return;
    }
    if (auto const chain = fallback_chain(all, entry); chain.back() == value.name) {
        auto const text = fmt::format(
            "'fallback' in [[notifier]] leads back to \"{}\": one of them must end the chain", value.name
        );
        in.log.problem(line, in.key("fallback"), text);
    }
}

} // namespace

key_table<notifier_settings> const& notifier_keys() {
    static auto const table = [] {
        using s = notifier_settings;
        using std::chrono::seconds;
        std::vector<std::pair<std::string, severity>> const levels{
            {"info", severity::info},
            {"low", severity::low},
            {"medium", severity::medium},
            {"high", severity::high},
            {"critical", severity::critical}
        };
        key_table<s> keys;
        keys.text("name", "the name by which [digest] and people call it", &s::name, check_name);
        keys.text(
            "type", "slack, email, webhook, teams, pagerduty or command", &s::type, one_of(notifier_types())
        );
        keys.text("url", "the address to post to (webhook, pagerduty)", &s::url, check_url);
        keys.secret("url", "the address to post to (slack, teams, webhook, pagerduty)", &s::url_secret);
        keys.secret("secret", "the signing secret (webhook)", &s::secret);
        keys.secret("routing_key", "the integration key of the service (pagerduty)", &s::routing_key);
        keys.text("smtp", "smtp://, smtps:// or sendmail: (email)", &s::smtp, check_smtp);
        keys.text("from", "the sender's address (email)", &s::from, check_address);
        keys.some_texts("to", "the recipients' addresses (email)", &s::to, check_address);
        keys.text("username", "the user at the mail server (email)", &s::username);
        keys.secret("password", "the password at the mail server (email)", &s::password);
        keys.text(
            "ehlo", "our full name or address literal towards the mail server (email)", &s::ehlo, check_ehlo
        );
        keys.some_texts("command", "the program and its arguments (command)", &s::command, {});
        keys.choice("min_severity", "alerts below are not sent", &s::min_severity, levels);
        keys.some_texts("kinds", "globs over alert kinds", &s::kinds, check_kind_glob);
        keys.tags("labels", "only alerts of watches with these labels", &s::tags);
        keys.duration("give_up_after", "how long a message is tried", &s::give_up_after);
        keys.duration("timeout", "for one attempt", &s::timeout, seconds{1}, std::chrono::minutes{10});
        keys.path("ca_file", "certificates (PEM) to trust instead of the system's", &s::ca_file);
        keys.text("proxy", "\"http://host:port\", or \"none\"", &s::proxy, check_proxy);
        keys.text("fallback", "the notifier that gets what this one gives up", &s::fallback, check_name);
        return keys;
    }();
    return table;
}

void read_notifiers(tables const& entries, reading const& what) {
    std::vector<placed_notifier> all;
    std::map<std::string, std::size_t> seen;
    for (auto const* table : entries) {
        auto entry = read_notifier(*table, what);
        if (!entry) continue;
        auto const line = line_of(*table, "name");
        auto const& name = entry->value.name;
        if (auto const [first, fresh] = seen.emplace(name, line); !fresh) {
            auto const text =
                fmt::format("'name' in [[notifier]]: \"{}\" is taken on line {}", name, first->second);
            what.log.problem(line, "notifier." + name + ".name", text);
            continue;
        }
        all.push_back(std::move(*entry));
    }
    for (auto const& entry : all)
        check_fallback(all, entry, what);
    for (auto& entry : all)
        what.out.notifiers.push_back(std::move(entry.value));
}

} // namespace modelwatch::config
