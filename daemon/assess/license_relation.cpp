#include "daemon/assess/license_relation.hpp"

#include "daemon/assess/repo_name.hpp"
#include "daemon/model/text.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

namespace modelwatch::assess {

namespace {

struct alias {
    std::string_view seen;
    std::string_view id;
};

/// Spellings that cards use for identifiers of the table.
constexpr auto aliases = std::to_array<alias>(
    {{"apache", "apache-2.0"},
     {"apache-2", "apache-2.0"},
     {"apache-license-2.0", "apache-2.0"},
     {"apache2", "apache-2.0"},
     {"apache2.0", "apache-2.0"},
     {"gemma-terms-of-use", "gemma"},
     {"llama-2", "llama2"},
     {"llama-3", "llama3"},
     {"llama-3.1", "llama3.1"},
     {"llama-3.2", "llama3.2"},
     {"llama-3.3", "llama3.3"},
     {"llama-4", "llama4"},
     {"mit-license", "mit"}}
);

std::string normalized_id(std::string_view id) {
    auto out = lower(trimmed(id));
    std::replace_if(out.begin(), out.end(), [](char c) { return c == ' ' || c == '_'; }, '-');
    auto const found =
        std::find_if(aliases.begin(), aliases.end(), [&](auto const& one) { return one.seen == out; });
    return found == aliases.end() ? out : std::string{found->id};
}

/// What is known of the bases of other accounts.
struct base_facts_seen {
    bool any = false;
    bool unresolved = false;
    std::optional<int> strictest;
    std::set<std::string> strictest_ids; ///< normalised, of the bases at that rank
    std::set<std::string> unranked_ids;  ///< of bases whose license has a name that the table does not know
};

void add(std::string id, std::optional<int> rank, base_facts_seen& seen) {
    if (!rank) {
        seen.unranked_ids.insert(std::move(id));
        return;
    }
    if (!seen.strictest || *rank > *seen.strictest) seen.strictest_ids.clear();
    seen.strictest = std::max(seen.strictest.value_or(0), *rank);
    if (*rank == *seen.strictest) seen.strictest_ids.insert(std::move(id));
}

base_facts_seen
see_bases(std::string_view own_namespace, std::span<base_license const> bases, license_table const& table) {
    base_facts_seen seen;
    for (auto const& base : bases) {
        if (lower(owner_of(base.repo)) == lower(own_namespace)) continue;
        seen.any = true;
        auto id = base.license ? normalized_license(*base.license) : std::string{};
        if (id.empty()) {
            seen.unresolved = true;
        } else {
            add(std::move(id), strictness(classify_normalized(*base.license, table)), seen);
        }
    }
    return seen;
}

} // namespace

std::string_view to_string(license_relation value) noexcept {
    constexpr auto names =
        std::to_array<std::string_view>({"own", "same", "differs", "looser", "unresolvable"});
    return names[static_cast<std::size_t>(value)];
}

std::string normalized_license(license_statement const& stated) {
    std::set<std::string> ids;
    auto const name = normalized_id(stated.name);
    for (auto const& id : stated.ids) {
        auto const one = normalized_id(id);
        // `other` alone is a pointer to nowhere: two of them are not the same license.
        if (one == "other" || one == "unknown") {
            if (!name.empty()) ids.insert(name);
        } else if (!one.empty()) {
            ids.insert(one);
        }
    }
    if (stated.ids.empty() && !name.empty()) ids.insert(name);
    std::string out;
    for (auto const& id : ids)
        out += (out.empty() ? "" : " and ") + id;
    return out;
}

license_class classify_normalized(license_statement stated, license_table const& table) {
    for (auto& id : stated.ids) {
        if (table.find(id) == nullptr) id = normalized_id(id);
    }
    if (table.find(stated.name) == nullptr) stated.name = normalized_id(stated.name);
    return table.classify(stated);
}

std::optional<int> strictness(license_class value) noexcept {
    switch (value) {
    case license_class::permissive:
        return 0;
    case license_class::copyleft:
    case license_class::open_rail:
        return 1;
    case license_class::custom:
        return 2;
    case license_class::non_commercial:
        return 3;
    default:
        return std::nullopt;
    }
}

license_relation relate_licenses(
    license_statement const& own,
    std::string_view own_namespace,
    std::span<base_license const> bases,
    license_table const& table
) {
    auto const seen = see_bases(own_namespace, bases, table);
    if (!seen.any) return license_relation::own;
    auto const rank = strictness(classify_normalized(own, table));
    if (rank && seen.strictest && *rank < *seen.strictest) return license_relation::looser;
    if (seen.unresolved) return license_relation::unresolvable;
    auto const id = normalized_license(own);
    // A name that the table does not know may be stricter than all others: it is the same only alone.
    auto const& decisive = seen.unranked_ids.empty() ? seen.strictest_ids : seen.unranked_ids;
    bool const mixed = !seen.unranked_ids.empty() && seen.strictest.has_value();
    bool const same = !mixed && decisive.size() == 1 && *decisive.begin() == id;
    return same ? license_relation::same : license_relation::differs;
}

} // namespace modelwatch::assess
