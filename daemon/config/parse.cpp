#include "daemon/config/key_docs.hpp"
#include "daemon/config/sections.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace modelwatch::config {

namespace {

/// The tables that a file may hold, and whether they are written once, [x], or as often as needed, [[x]].
struct root_entry {
    std::string_view name;
    bool repeated;
};

constexpr std::array<root_entry, 12> root_entries{{
    {"daemon", false},
    {"hub", false},
    {"hubs", false},
    {"defaults", false},
    {"watch", true},
    {"policy", false},
    {"rubric", false},
    {"notifier", true},
    {"digest", false},
    {"heartbeat", false},
    {"advisories", false},
    {"hooks", false},
}};

std::string written(std::string_view name, bool repeated) {
    return repeated ? fmt::format("[[{}]]", name) : fmt::format("[{}]", name);
}

void report_unknown_root(toml::key const& name, toml::node const& node, report& log) {
    std::string const word{name.str()};
    auto const line = name.source().begin.line;
    bool const is_section = node.is_table() || node.is_array_of_tables();
    if (auto const homes = sections_with(word); !is_section && !homes.empty()) {
        auto const text = "unknown key '{}' outside of every section; it belongs in {}";
        return log.problem(line, word, fmt::format(fmt::runtime(text), word, fmt::join(homes, " or ")));
    }
    std::vector<std::string> known;
    std::vector<std::string> bare;
    known.reserve(root_entries.size());
    bare.reserve(root_entries.size());
    for (auto const& entry : root_entries) {
        known.push_back(written(entry.name, entry.repeated));
        bare.emplace_back(entry.name);
    }
    auto const near = suggestion(word, bare);
    auto const hit = std::find_if(root_entries.begin(), root_entries.end(), [&](root_entry const& entry) {
        return near == fmt::format("; did you mean '{}'?", entry.name);
    });
    auto const hint = hit == root_entries.end()
                          ? fmt::format("; known are {}", fmt::join(known, ", "))
                          : fmt::format("; did you mean {}?", written(hit->name, hit->repeated));
    auto const what = is_section ? fmt::format("unknown section {}", written(word, node.is_array()))
                                 : fmt::format("unknown key '{}' outside of every section", word);
    log.problem(line, word, what + hint);
}

/// Reports what the file holds besides our sections, and sections that are written the wrong way.
void check_root(toml::table const& root, report& log) {
    for (auto const& [name, node] : root) {
        auto const found =
            std::find_if(root_entries.begin(), root_entries.end(), [&](root_entry const& entry) {
                return entry.name == name.str();
            });
        if (found == root_entries.end()) {
            report_unknown_root(name, node, log);
            continue;
        }
        auto const* list = node.as_array();
        bool const fits = found->repeated ? node.is_array_of_tables() || (list != nullptr && list->empty())
                                          : node.is_table();
        if (fits) continue;
        auto const text =
            fmt::format("'{}' must be written as {}", found->name, written(found->name, found->repeated));
        log.problem(name.source().begin.line, std::string{name.str()}, text);
    }
}

tables tables_of(toml::table const& root, std::string_view name) {
    tables found;
    if (auto const* list = root.get_as<toml::array>(name)) {
        for (auto const& element : *list) {
            if (auto const* table = element.as_table()) found.push_back(table);
        }
    }
    return found;
}

void read_all(toml::table const& root, reading const& what) {
    auto const one = [&](std::string_view name) { return root.get_as<toml::table>(name); };
    check_root(root, what.log);
    read_daemon(one("daemon"), what);
    read_hub(one("hub"), what);
    read_further_hubs(one("hubs"), what);
    read_defaults(one("defaults"), what);
    read_watches(tables_of(root, "watch"), what);
    read_policy(one("policy"), what);
    read_rubric(one("rubric"), what);
    read_notifiers(tables_of(root, "notifier"), what);
    read_digest(one("digest"), what);
    read_heartbeat(one("heartbeat"), what);
    read_hooks(one("hooks"), what);
    read_advisories(one("advisories"), what);
}

/// toml++ builds and destroys nested tables recursively, and lets a dotted key be as deep as it likes. Counts
/// the dots of each line that stand outside of strings and comments; answers the first line that no key of
/// ours explains.
std::size_t too_deep_line(std::string_view toml) {
    constexpr std::size_t most_dots = 100;
    std::size_t line = 1;
    std::size_t dots = 0;
    char quote = 0;
    bool comment = false;
    for (char const c : toml) {
        if (c == '\n') {
            ++line;
            dots = 0;
            quote = 0;
            comment = false;
        } else if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '#') {
            comment = true;
        } else if (c == '.' && !comment && ++dots > most_dots) {
            return line;
        }
    }
    return 0;
}

} // namespace

outcome parse(std::string_view toml, std::string const& origin, environment const& env) {
    outcome out;
    report log{origin};
    if (auto const line = too_deep_line(toml); line != 0) {
        log.problem(line, {}, "not a configuration: a key of more than a hundred parts");
        log.hand_over(out);
        return out;
    }
    try {
        auto const root = toml::parse(toml, origin);
        read_all(root, {out.value, log, env, std::filesystem::path{origin}.parent_path()});
    } catch (toml::parse_error const& failure) {
        auto const& at = failure.source().begin;
        log.problem_elsewhere(
            fmt::format("{}:{}:{}", origin, at.line, at.column),
            {},
            fmt::format("not TOML: {}", failure.description())
        );
    }
    log.hand_over(out);
    return out;
}

} // namespace modelwatch::config
