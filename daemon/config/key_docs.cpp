#include "daemon/config/key_docs.hpp"

#include "daemon/config/sections.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace modelwatch::config {

namespace {

template <class T>
void append(std::vector<key_doc>& all, std::string const& label, key_table<T> const& keys) {
    for (auto const& row : keys.rows())
        all.push_back({label, row.name, row.kind, row.doc});
}

} // namespace

std::vector<key_doc> const& documented_keys() {
    static auto const docs = [] {
        std::vector<key_doc> all;
        append(all, "[daemon]", daemon_keys());
        append(all, "[hub]", hub_keys());
        append(all, "[hubs.NAME]", hub_keys());
        append(all, "[defaults]", default_keys());
        append(all, "[[watch]]", watch_keys());
        append(all, "[policy]", policy_keys());
        append(all, "[rubric]", rubric_keys());
        append(all, "[[notifier]]", notifier_keys());
        append(all, "[digest]", digest_keys());
        append(all, "[heartbeat]", heartbeat_keys());
        append(all, "[advisories]", advisories_keys());
        append(all, "[hooks]", hooks_keys());
        return all;
    }();
    return docs;
}

std::vector<std::string> sections_with(std::string_view key) {
    std::vector<std::string> found;
    for (auto const& doc : documented_keys()) {
        if (doc.name == key && std::find(found.begin(), found.end(), doc.section) == found.end()) {
            found.push_back(doc.section);
        }
    }
    return found;
}

void report_unknown_key(
    toml::key const& name,
    section const& in,
    std::vector<std::string> const& known,
    std::vector<std::string> const& secrets
) {
    std::string const word{name.str()};
    auto const line = name.source().begin.line;
    if (std::find(secrets.begin(), secrets.end(), word) != secrets.end()) {
        in.log.problem(
            line,
            in.key(word),
            fmt::format(
                "'{0}' in {1} would put a secret into this file; write it to a file of its own and give "
                "{0}_file = \"/path\" (or {0}_credential, or {0}_env)",
                word,
                in.label
            )
        );
        return;
    }
    auto const elsewhere = sections_with(word);
    auto const hint = elsewhere.empty() ? suggestion(word, known)
                                        : fmt::format("; it belongs in {}", fmt::join(elsewhere, " or "));
    in.log.problem(line, in.key(word), fmt::format("unknown key '{}' in {}{}", word, in.label, hint));
}

} // namespace modelwatch::config
