#include "daemon/config/sections.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <array>

namespace modelwatch::config {

namespace {

constexpr std::array<char const*, 7> not_in_defaults{
    "repo",
    "author",
    "include",
    "exclude",
    "baseline",
    "deployed",
    "paths",
};

void add_interval(key_table<account_watch>& keys) {
    auto read = [](account_watch& out, field const& value) {
        constexpr std::chrono::seconds lowest{1};
        constexpr std::chrono::seconds highest{std::chrono::hours{24 * 365}};
        auto const interval = value.duration(lowest, highest);
        if (!interval) return;
        out.settings.interval = *interval;
        if (*interval < std::chrono::minutes{1}) {
            value.warn("below one minute: fit for tests; a hub may refuse so many requests");
        }
    };
    auto write = [](account_watch const& in) -> std::optional<std::string> {
        auto const whole = std::chrono::duration_cast<std::chrono::seconds>(in.settings.interval);
        return toml_string(to_duration_text(whole));
    };
    keys.add({"interval", "duration", "time between two polls", std::move(read), std::move(write)});
}

void add_jitter(key_table<account_watch>& keys) {
    auto read = [](account_watch& out, field const& value) {
        if (auto const share = value.number(0.0, 0.5)) out.settings.jitter = *share;
    };
    auto write = [](account_watch const& in) -> std::optional<std::string> {
        return fmt::format("{}", in.settings.jitter);
    };
    keys.add(
        {"jitter",
         "number",
         "share of the interval by which polls are spread",
         std::move(read),
         std::move(write)}
    );
}

/// Shown even when empty, because an empty list overrides the one of [defaults].
void add_allow_patterns(key_table<account_watch>& keys) {
    auto read = [](account_watch& out, field const& value) {
        if (auto patterns = value.texts(check_not_empty)) out.settings.allow_patterns = std::move(*patterns);
    };
    auto write = [](account_watch const& in) -> std::optional<std::string> {
        return toml_list(in.settings.allow_patterns);
    };
    keys.add(
        {"allow_patterns",
         "list of strings",
         "the files that deployments load; empty: all",
         std::move(read),
         std::move(write)}
    );
}

bool hub_exists(watch const& entry, toml::table const& table, section const& in, settings const& all) {
    if (all.hubs.contains(entry.hub)) return true;
    if (!table.contains("hub")) return false; // [defaults] has been told already
    std::vector<std::string> names;
    names.reserve(all.hubs.size());
    for (auto const& [name, hub] : all.hubs)
        names.push_back(name);
    in.log.problem(
        line_of(table, "hub"),
        in.key("hub"),
        fmt::format("'hub' in {} names no hub: \"{}\"{}", in.label, entry.hub, suggestion(entry.hub, names))
    );
    return false;
}

/// Keys of one kind of [[watch]] that say nothing in the other.
void report_misplaced(
    toml::table const& table,
    section const& in,
    std::vector<char const*> const& names,
    std::string_view reason
) {
    for (auto const* name : names) {
        if (!table.contains(name)) continue;
        in.log.problem(
            line_of(table, name), in.key(name), fmt::format("'{}' in {} {}", name, in.label, reason)
        );
    }
}

bool has_subject(toml::table const& table, section const& in) {
    bool const repo = table.contains("repo");
    bool const author = table.contains("author");
    auto const line = table.source().begin.line;
    if (repo && author) {
        in.log.problem(
            line_of(table, "author"),
            in.key("author"),
            "'author' in [[watch]] stands beside 'repo': watch one model or one account; write two [[watch]] "
            "for both"
        );
    } else if (repo) {
        report_misplaced(
            table, in, {"include", "exclude"}, "needs 'author': it chooses among an account's models"
        );
    } else if (author) {
        report_misplaced(
            table, in, {"baseline", "deployed", "paths"}, "needs 'repo': an account has many models"
        );
    } else {
        in.needs(
            line, "repo", "the model to watch, such as \"google/gemma-2-2b\" (or 'author', for an account)"
        );
    }
    return repo != author;
}

/// What earlier entries have named.
struct named_before {
    std::map<std::string, std::size_t> lines;                             ///< by key
    std::map<std::string, std::pair<std::string, std::size_t>> spellings; ///< as first written, and its line
};

/// A hub finds a name in whatever case, so two spellings are two watches of one thing.
void warn_of_spelling(account_watch const& entry, std::size_t line, section const& in, named_before& seen) {
    bool const account = !entry.author.empty();
    auto const& name = account ? entry.author : entry.settings.repo;
    auto const kind = account ? std::string_view{"author"} : std::string_view{"repo"};
    auto const key = entry.settings.hub + "/" + std::string{kind} + "/" + lower(name);
    auto const [first, fresh] = seen.spellings.try_emplace(key, name, line);
    if (fresh || first->second.first == name) return;
    in.log.warning(
        line,
        in.key(kind),
        fmt::format(
            R"("{}" is "{}" of line {} in another spelling: one {}, watched twice)",
            name,
            first->second.first,
            first->second.second,
            account ? "account" : "repo"
        )
    );
}

void read_watch(toml::table const& table, reading const& what, named_before& seen) {
    auto const in = what.at("[[watch]]", "watch");
    auto const line = table.source().begin.line;
    account_watch entry;
    entry.settings = what.out.defaults;
    read_keys(table, watch_keys(), in, entry);
    bool const subject = has_subject(table, in);
    bool const hub = hub_exists(entry.settings, table, in, what.out);
    bool const account = !entry.author.empty();
    if (!subject || !hub || (!account && entry.settings.repo.empty())) return;
    auto const key = account ? entry.key() : entry.settings.key();
    if (auto const [first, fresh] = seen.lines.emplace(key, line); !fresh) {
        auto const text =
            fmt::format("[[watch]] of {} stands here again; it is on line {} already", key, first->second);
        in.log.problem(line, in.key(account ? "author" : "repo"), text);
        return;
    }
    warn_of_spelling(entry, line, in, seen);
    if (account) {
        what.out.accounts.push_back(std::move(entry));
    } else {
        what.out.watches.push_back(std::move(entry.settings));
    }
}

} // namespace

key_table<account_watch> const& watch_keys() {
    static auto const table = [] {
        using s = account_watch;
        auto const repo = [](auto& t) -> auto& { return t.settings.repo; };
        auto const hub = [](auto& t) -> auto& { return t.settings.hub; };
        auto const revision = [](auto& t) -> auto& { return t.settings.revision; };
        auto const baseline = [](auto& t) -> auto& { return t.settings.baseline; };
        auto const deployed = [](auto& t) -> auto& { return t.settings.deployed; };
        auto const paths = [](auto& t) -> auto& { return t.settings.paths; };
        auto const stale_after = [](auto& t) -> auto& { return t.settings.stale_after; };
        auto const inspect = [](auto& t) -> auto& { return t.settings.inspect; };
        auto const tags = [](auto& t) -> auto& { return t.settings.tags; };
        std::vector<std::pair<std::string, inspect_mode>> const modes{
            {"none", inspect_mode::none}, {"changed", inspect_mode::changed}, {"all", inspect_mode::all}
        };
        key_table<s> keys;
        keys.text("repo", "the model, as namespace/name", repo, check_repo);
        keys.text(
            "author", "an account: every model of it, new ones as they appear", &s::author, check_account
        );
        keys.texts("include", "globs: only these models of the account", &s::include);
        keys.texts("exclude", "globs: not these models of the account", &s::exclude);
        keys.text("hub", "the hub that has it", hub, check_name);
        keys.text("revision", "branch, tag or commit to follow", revision, check_revision);
        keys.text("baseline", "the commit that you trust, all its hex digits", baseline, check_full_commit);
        keys.text("deployed", "the commit in production", deployed, check_commit);
        keys.paths("paths", "deployed copies on this host", paths);
        add_allow_patterns(keys);
        add_interval(keys);
        add_jitter(keys);
        keys.duration("stale_after", "when a model without news counts as stale", stale_after);
        keys.choice("inspect", "look inside files: none, changed or all", inspect, modes);
        keys.tags("labels", "your own labels, for routing and for people", tags, true);
        return keys;
    }();
    return table;
}

key_table<account_watch> const& default_keys() {
    static auto const table = watch_keys().without({not_in_defaults.begin(), not_in_defaults.end()});
    return table;
}

void read_defaults(toml::table const* table, reading const& what) {
    if (table == nullptr) return;
    auto const in = what.at("[defaults]", "defaults");
    account_watch entry;
    read_keys(*table, default_keys(), in, entry);
    static_cast<void>(hub_exists(entry.settings, *table, in, what.out));
    what.out.defaults = std::move(entry.settings);
}

void read_watches(tables const& entries, reading const& what) {
    named_before seen;
    for (auto const* table : entries)
        read_watch(*table, what, seen);
}

} // namespace modelwatch::config
