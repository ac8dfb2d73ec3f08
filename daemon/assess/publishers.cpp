#include "daemon/assess/publishers.hpp"

#include "daemon/assess/builtin_tables.hpp"
#include "daemon/assess/table_file.hpp"
#include "daemon/model/country.hpp"
#include "daemon/model/text.hpp"
#include "daemon/model/time.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace modelwatch::assess {

namespace {

constexpr std::string_view section = "publisher";

struct text_key {
    std::string_view name;
    std::string publisher::* member;
};

constexpr auto text_keys = std::to_array<text_key>(
    {{"kind", &publisher::kind},
     {"type", &publisher::type},
     {"gov_link", &publisher::gov_link},
     {"legal_entity", &publisher::legal_entity},
     {"country", &publisher::country},
     {"note", &publisher::note},
     {"support", &publisher::support},
     {"source", &publisher::source},
     {"security_contact", &publisher::security_contact},
     {"mirror_of", &publisher::mirror_of},
     {"successor", &publisher::successor},
     {"successor_namespace", &publisher::successor},
     {"owner_id", &publisher::owner_id},
     {"source_checked_on", &publisher::source_checked_on},
     {"tprm_status", &publisher::tprm_status},
     {"tprm_expires", &publisher::tprm_expires}}
);

constexpr std::string_view denylisted = "denylisted";
constexpr std::string_view aliases = "aliases";
constexpr auto other_sections = std::to_array<std::string_view>({model_overrides::section});

constexpr auto kinds = std::to_array<std::string_view>({"org", "user"});
constexpr auto links = std::to_array<std::string_view>({"none", "partial", "full", "unknown"});
constexpr auto types = std::to_array<std::string_view>(
    {"large-tech",
     "ai-lab",
     "startup",
     "academic",
     "nonprofit",
     "government-affiliated",
     "community-org",
     "individual",
     "unknown"}
);

std::vector<std::string_view> known_keys() {
    std::vector<std::string_view> out;
    for (auto const& key : text_keys)
        out.push_back(key.name);
    out.push_back(denylisted);
    out.push_back(aliases);
    return out;
}

bool is_one_of(std::span<std::string_view const> allowed, std::string_view text) noexcept {
    return std::find(allowed.begin(), allowed.end(), text) != allowed.end();
}

/// An empty text unsets a key, so it is always allowed.
std::optional<error> check(std::string_view origin, table_entry const& entry, table_field const& field) {
    if (field.text.empty()) return std::nullopt;
    auto const closed = [&](std::span<std::string_view const> allowed) -> std::optional<error> {
        if (is_one_of(allowed, field.text)) return std::nullopt;
        return not_one_of(origin, section, entry, field, allowed);
    };
    if (field.key == "kind") return closed(kinds);
    if (field.key == "type") return closed(types);
    if (field.key == "gov_link") return closed(links);
    if (field.key == "country" && !is_country_code(field.text)) {
        return at(
            origin, section, entry, field, "must be two capital letters of a country (ISO 3166-1 alpha-2)"
        );
    }
    bool const is_date = field.key == "tprm_expires" || field.key == "source_checked_on";
    if (is_date && !parse_date(field.text)) {
        return at(origin, section, entry, field, "must be a date like \"2027-01-31\"");
    }
    return std::nullopt;
}

std::optional<error>
set(std::string_view origin, table_entry const& entry, table_field const& field, publisher& out) {
    auto wanted = field_kind::text;
    if (field.key == denylisted) wanted = field_kind::flag;
    if (field.key == aliases) wanted = field_kind::list;
    if (auto failure = wrong_kind(origin, section, entry, field, wanted)) return failure;
    if (wanted == field_kind::flag) out.denylisted = field.flag;
    if (wanted == field_kind::list) out.aliases = field.texts;
    if (wanted != field_kind::text) return std::nullopt;
    if (auto failure = check(origin, entry, field)) return failure;
    auto const key =
        std::find_if(text_keys.begin(), text_keys.end(), [&](auto const& k) { return k.name == field.key; });
    out.*(key->member) = field.text;
    return std::nullopt;
}

} // namespace

result<publisher_registry>
publisher_registry::laid_over(publisher_registry base, std::string_view toml, std::string_view origin) {
    auto const keys = known_keys();
    auto const read = read_table_file(toml, origin, section, keys, other_sections);
    if (!read) return read.error();
    auto models = model_overrides::read(toml, origin, std::to_array<std::string_view>({section}));
    if (!models) return std::move(models).error();
    base.models_ = std::move(*models);
    for (auto const& entry : *read) {
        auto& row = base.entries_[lower(entry.name)];
        if (row.name.empty()) row.name = entry.name;
        for (auto const& field : entry.fields) {
            if (auto failure = set(origin, entry, field, row)) return std::move(*failure);
        }
    }
    base.index_names();
    return base;
}

void publisher_registry::index_names() {
    aliases_.clear();
    shapes_.clear();
    for (auto const& [name, row] : entries_) {
        shapes_.push_back(shape_of(row.name));
        for (auto const& alias : row.aliases)
            aliases_.emplace(lower(alias), name);
    }
}

publisher_registry const& publisher_registry::builtin() {
    static publisher_registry const table = [] {
        auto read = laid_over({}, joined(publishers_toml()), "conf/publishers.toml");
        // The file was checked when it was compiled in: a failure here is a broken build.
        if (!read) throw std::logic_error{read.error().message()};
        return std::move(*read);
    }();
    return table;
}

result<publisher_registry>
publisher_registry::with_overrides(std::string_view toml, std::string_view origin) {
    return laid_over(builtin(), toml, origin);
}

publisher const* publisher_registry::find(std::string_view name) const {
    auto const wanted = lower(name);
    auto const found = entries_.find(wanted);
    if (found != entries_.end()) return &found->second;
    auto const alias = aliases_.find(wanted);
    return alias == aliases_.end() ? nullptr : &entries_.at(alias->second);
}

} // namespace modelwatch::assess
